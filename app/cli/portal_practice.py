"""`scanshelf portal practice`, `report-complete`, `remove`, `removed`, `rotate-key`: what a practice decides."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli import portal_practices
from app.cli.portal_settings import STORE_HELP, data_settings, with_store
from app.cli.terminal import Terminal, WrongUsage
from app.words.english_numbers import counted

if TYPE_CHECKING:
    from portal.wire.desk.practice import PracticeRules, Removal

RULES = ("after-scan", "after-report")
LANGUAGE_NAMES = {"en": "English", "de": "German"}
REASONS = ("misfiled", "mistaken", "withdrawn")


def describe_practice(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `practice`."""
    portal_practices.describe(parser)
    portal_practices.describe_which(parser)
    parser.add_argument(
        "--time-zone", metavar="ZONE", help='where scans are made: Europe/Berlin; "": the server\'s own'
    )
    parser.add_argument("--release", choices=RULES, help="from when the hours count until a report may be seen")
    parser.add_argument("--hours", type=int, metavar="N", help="how many hours")


def describe_settings(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `settings`."""
    portal_practices.describe_which(parser)
    hours = parser.add_mutually_exclusive_group()
    hours.add_argument("--release-hours-after-scan", type=int, metavar="N", help="reports: hours after the scan")
    hours.add_argument(
        "--release-hours-after-report", type=int, metavar="N", help='reports: hours after "report complete"'
    )
    parser.add_argument(
        "--time-zone", metavar="ZONE", help='where scans are made: Europe/Berlin; "": the server\'s own'
    )
    parser.add_argument("--self-service", choices=("on", "off"), help="persons change e-mail and phone themselves")
    parser.add_argument("--language", choices=("en", "de"), help="of the practice's letters")


def describe_user(parser: argparse.ArgumentParser) -> None:
    """Describe the option of `reinstate` and `reset-factor`."""
    parser.add_argument("--user", required=True, metavar="NAME", help="the account's user name")


def describe_delete_account(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `delete-account`."""
    portal_practices.describe_which(parser)
    parser.add_argument("--user", required=True, metavar="NAME", help="the account's user name")
    parser.add_argument("--store", metavar="PLACE", help=STORE_HELP)
    parser.add_argument("--yes", action="store_true", help="yes, for good")


def describe_report_complete(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `report-complete`."""
    portal_practices.describe_which(parser)
    parser.add_argument("--exam", required=True, metavar="ID", help="the exam")
    parser.add_argument("--at", metavar="MOMENT", help="since when, with its zone: 2026-11-22T08:30:00+01:00 (now)")


def describe_remove(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `remove`."""
    portal_practices.describe_which(parser)
    parser.add_argument("--exam", required=True, metavar="ID", help="the exam; alone: all of it")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--study", metavar="UID", help="only this study of it")
    what.add_argument("--image", metavar="UID", help="only this image or document of it")
    what.add_argument("--report", action="store_true", help="only its report")
    parser.add_argument("--reason", choices=REASONS, default=REASONS[0], help=f"why (default {REASONS[0]})")
    parser.add_argument("--store", metavar="PLACE", help=STORE_HELP)
    parser.add_argument("--uploads-too", action="store_true", help="also what the person brought themselves")


def describe_removed(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `removed`."""
    portal_practices.describe_which(parser)
    parser.add_argument("--allow", metavar="ID", help="let what this removal took out be sent again")


def practice(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Show the practice's rules, changed before where something is said; or add another practice, or list all."""
    if arguments.doing:
        portal_practices.add_or_list(arguments, terminal)
        return
    from portal.server.running.administration import administration
    from portal.wire.desk.practice import PracticeRules
    from portal.wire.json_values import to_json

    wanted = PracticeRules(arguments.time_zone, arguments.release, arguments.hours)
    with administration(data_settings(arguments), practice=arguments.of_practice) as practice:
        rules = practice.rules() if wanted == PracticeRules() else practice.change_rules(wanted)
    if terminal.json:
        said = to_json(rules)
        terminal.document({name: said[name] for name in ("time_zone", "release_rule", "release_hours")})
    terminal.say(_rules_words(rules))


def settings(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Show what the practice decides, changed before where something is said."""
    from portal.server.running.administration import administration
    from portal.wire.desk.practice import PracticeRules
    from portal.wire.json_values import to_json

    after_scan, after_report = arguments.release_hours_after_scan, arguments.release_hours_after_report
    rule, hours = (None, None) if after_scan is None else ("after-scan", after_scan)
    if after_report is not None:
        rule, hours = "after-report", after_report
    itself = None if arguments.self_service is None else arguments.self_service == "on"
    wanted = PracticeRules(arguments.time_zone, rule, hours, itself, arguments.language)  # type: ignore[arg-type]
    with administration(data_settings(arguments), practice=arguments.of_practice) as practice:
        rules = practice.rules() if wanted == PracticeRules() else practice.change_rules(wanted)
    if terminal.json:
        terminal.document(to_json(rules))
    terminal.say(_rules_words(rules))
    who = "by the person" if rules.self_service else "by the practice alone"
    language = LANGUAGE_NAMES[rules.language or "en"]
    terminal.say(f"E-mail address and phone are changed {who}. Letters are in {language}.")


def delete_account(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Delete an account for good."""
    from portal.server.running.administration import administration

    if not arguments.yes:
        raise WrongUsage("an account that was deleted does not come back: say --yes.")
    settings = with_store(data_settings(arguments), arguments.store)
    with administration(settings, practice=arguments.of_practice) as practice:
        gone = practice.delete_account(arguments.user)
    if terminal.json:
        terminal.document({"user_name": arguments.user, "exams": gone.exams, "elsewhere": gone.elsewhere})
    brought = counted("%n exam(s)", gone.exams)
    if gone.elsewhere:
        terminal.say(f"The account {arguments.user} is no longer at this practice; {brought} the person brought went.")
        terminal.say("It stands at other practices still, as before. What was shared of here has ended.")
    else:
        terminal.say(f"The account {arguments.user} is deleted, with {brought} the person brought.")
        terminal.say("Everything shared has ended.")
    terminal.say("What the practice sent stays its own; your backups are as they were.")


def reinstate(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Open a resting account again."""
    from portal.server.running.administration import administration

    with administration(data_settings(arguments)) as practice:
        practice.reinstate(arguments.user)
    if terminal.json:
        terminal.document({"user_name": arguments.user})
    terminal.say(f"The account {arguments.user} is open again. Its exams and shares are as they were.")


def reset_factor(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Take a lost second factor away."""
    from portal.server.running.administration import administration

    with administration(data_settings(arguments)) as practice:
        practice.reset_factor(arguments.user)
    if terminal.json:
        terminal.document({"user_name": arguments.user})
    terminal.say(f"The password alone opens the account {arguments.user} now. The person is told by letter.")


def report_complete(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Take the notice that a report is complete."""
    from portal.server.running.administration import administration
    from portal.wire.json_values import to_json

    with administration(data_settings(arguments), practice=arguments.of_practice) as practice:
        exam = practice.complete_report(arguments.exam, arguments.at)
    if terminal.json:
        terminal.document({"exam_id": exam.id, "report": to_json(exam.report)})
    when = f" from {exam.report.available_at} (UTC)" if exam.report.available_at else ""
    terminal.say(f"The report is complete. The account may see it{when}.")


def remove(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Take something out for good."""
    from portal.server.removing.removing import RemovalRequest
    from portal.server.running.administration import administration
    from portal.wire.json_values import to_json

    kind, uid = next(
        (kind, said) for kind, said in (
            ("study", arguments.study), ("image", arguments.image), ("report", "-" if arguments.report else None),
            ("exam", "-"),
        ) if said
    )  # fmt: skip
    wanted = RemovalRequest(kind, arguments.exam, uid, arguments.reason, uploads=arguments.uploads_too)  # type: ignore[arg-type]
    settings = with_store(data_settings(arguments), arguments.store)
    with administration(settings, practice=arguments.of_practice) as practice:
        removal = practice.remove(wanted)
    if terminal.json:
        terminal.document(to_json(removal))
    terminal.say(f"Taken out, also from the disk: {_removal_words(removal)}.")
    terminal.say(f"The same is refused if it is sent again. To allow it: portal removed --allow {removal.id}")
    terminal.say("What was downloaded already, and your backups, are as they were.")


def removed(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """List what was taken out, or allow one of it again."""
    from portal.server.running.administration import administration
    from portal.wire.desk.practice import Removals
    from portal.wire.json_values import to_json

    with administration(data_settings(arguments), practice=arguments.of_practice) as practice:
        found = Removals((practice.allow(arguments.allow),)) if arguments.allow else practice.removals()
    if terminal.json:
        terminal.document(to_json(found))
    for each in found.removals:
        allowed = ", may be sent again" if each.allowed_at else ""
        terminal.say(f"{each.id}  {each.removed_at[:10]}, {_removal_words(each)}, {each.reason}{allowed}")
    if not found.removals:
        terminal.say("Nothing was taken out.")


def _rules_words(rules: PracticeRules) -> str:
    start = "the scan" if rules.release_rule == "after-scan" else "the report is complete"
    zone = rules.time_zone or "that of the server"
    hours = counted("%n hour(s)", rules.release_hours or 0)
    return f"Reports may be seen {hours} after {start}. Time zone, where a file does not say its own: {zone}."


def _removal_words(removal: Removal) -> str:
    if removal.kind == "report":
        return f"the report of exam {removal.exam_id}"
    return f"{counted('%n file(s)', removal.images)} of exam {removal.exam_id}"


def rotate_key(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Sign receipts with a new key."""
    from portal.server.running.administration import administration

    with administration(data_settings(arguments)) as practice:
        key = practice.rotate_key()
    if terminal.json:
        terminal.document({"kid": key.kid, "made_at": key.made_at})
    terminal.say(f"Receipts are signed with the key {key.kid} from now on. Those of before stay good.")
