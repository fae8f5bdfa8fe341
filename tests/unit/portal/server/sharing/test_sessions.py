"""A share session opens its exams for an hour, unless the share ends before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.share_sessions import begin_session, share_caller
from portal.server.base.database import Database
from portal.server.base.tables import (
    AccountRow,
    Base,
    ExamRow,
    PatientRow,
    PracticeRow,
    ShareRow,
    ShareSessionRow,
    ShareStudyRow,
    StudyRow,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as session:
        _people(session)
        yield session
    database.close()


def _people(session: Session) -> None:
    session.add(PracticeRow(id=1, name="P", created_at=NOW))
    session.flush()
    session.add(PatientRow(id=1, practice=1, created_at=NOW))
    session.add(AccountRow(id="a", created_at=NOW))
    session.flush()
    session.add(ExamRow(id="e", patient=1, origin="upload", machine="CT", created_at=NOW, scanned_at=NOW))
    session.flush()
    share = ShareRow(
        id="s",
        account="a",
        patient=1,
        token_hash="t",
        locator="L",
        code_hmac="h",
        title="CT",
        created_at=NOW,
        expires_at=NOW + timedelta(days=30),
        max_accesses=10,
        include_images=True,
        include_report=False,
        allow_download=False,
    )
    study = StudyRow(patient=1, exam="e", study_instance_uid="1.2", created_at=NOW)
    session.add(study)
    session.flush()
    share.studies = [ShareStudyRow(study=study.id)]
    session.add(share)
    session.flush()


def _begin(session: Session) -> str:
    return begin_session(session, session.get_one(ShareRow, "s"), now=NOW, minutes=60, recipient_name="Dr. Roth")[0]


def test_a_session_sees_the_shares_studies_and_nothing_more(session: Session) -> None:
    caller = share_caller(session, _begin(session), NOW)
    assert caller is not None
    assert caller.kind == "share"
    assert len(caller.studies) == 1
    assert not caller.patients
    assert (caller.include_images, caller.include_report, caller.allow_download) == (True, False, False)
    assert caller.recipient_name == "Dr. Roth"


def test_a_session_ends_after_its_hour_to_the_second(session: Session) -> None:
    secret = _begin(session)
    assert share_caller(session, secret, NOW + timedelta(minutes=60, seconds=-1)) is not None
    assert share_caller(session, secret, NOW + timedelta(minutes=60)) is None


def test_revoking_ends_open_sessions_at_once(session: Session) -> None:
    secret = _begin(session)
    session.get_one(ShareRow, "s").revoked_at = NOW
    session.flush()
    assert share_caller(session, secret, NOW) is None


def test_a_session_does_not_outlive_its_share(session: Session) -> None:
    share = session.get_one(ShareRow, "s")
    share.expires_at = NOW + timedelta(minutes=5)
    secret, ends = begin_session(session, share, now=NOW, minutes=60, recipient_name=None)
    assert ends == NOW + timedelta(minutes=5)
    session.flush()
    assert share_caller(session, secret, NOW + timedelta(minutes=5)) is None


@pytest.mark.parametrize("secret", ["", "x", "x" * 100_000, "%", "\ud800", "x' OR '1'='1"])
def test_nobody_is_let_in_by_a_made_up_secret(session: Session, secret: str) -> None:
    _begin(session)
    assert share_caller(session, secret, NOW) is None


def test_only_the_hash_of_a_secret_is_kept(session: Session) -> None:
    secret = _begin(session)
    session.flush()
    kept = session.scalars(select(ShareSessionRow)).one()
    assert secret not in {kept.session_hash, kept.share, kept.recipient_name}
