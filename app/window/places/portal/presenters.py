"""The presenters of the place "My portal", made together when it is gone to, each handed what it needs of others."""

from __future__ import annotations

from app.settings import SettingsStore
from app.window.jobs.job_runner import JobRunner
from app.window.places.portal.downloading_presenter import DownloadingPresenter
from app.window.places.portal.known_account import KnownAccount
from app.window.places.portal.looking.lists_presenter import ListsPresenter
from app.window.places.portal.looking.looking_presenter import LookingPresenter
from app.window.places.portal.parts import PortalParts
from app.window.places.portal.sending_presenter import SendingPresenter
from app.window.places.portal.session import PortalSession
from app.window.places.portal.sharing_presenter import SharingPresenter
from app.window.places.portal.signing_in_presenter import SigningInPresenter
from app.window.places.portal.system_browser import SystemBrowser
from app.window.places.portal.trouble_presenter import TroublePresenter
from app.words.messages import Messages
from portal.ui.portal_panel import PortalPanel


class PortalPresenters:
    """Makes them and connects them; does nothing itself."""

    def __init__(
        self, jobs: JobRunner, panel: PortalPanel, messages: Messages, session: PortalSession, store: SettingsStore
    ) -> None:
        self.account = KnownAccount()
        parts = PortalParts(jobs, panel, messages, session, self.account)
        self.trouble = TroublePresenter(parts)
        self.browser = SystemBrowser(self.trouble.explain)
        self.signing_in = SigningInPresenter(parts, self.browser)
        self.looking = LookingPresenter(parts, ListsPresenter(parts), self.trouble)
        self.downloading = DownloadingPresenter(parts, self.looking, self.trouble, self.browser)
        self.sending = SendingPresenter(jobs, panel, messages, session, store, self.account, self.trouble.explain)
        self.sharing = SharingPresenter(parts, self.trouble, self.browser)
        self.trouble.sign_in_ended.connect(self.signing_in.ended)
        self.trouble.awake.connect(lambda: self.looking.look())
        self.signing_in.left.connect(self.looking.stop)
        self.signing_in.signed_in.connect(self.looking.begin)
        self.signing_in.signed_in.connect(self.sending.signed_in)
        jobs.at_the_end(session.close)
