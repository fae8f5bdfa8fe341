"""What a person typed into a page: signed in or activated, or words that say what to do instead."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.orm import Session

from portal.server.base.problems import STATUS, Problem
from portal.server.factors.passkeys.using import Passkeys
from portal.server.factors.proving import Proving, has_app, has_second_factor
from portal.server.factors.steps import account_of_step, begin_step, end_step
from portal.server.oauth.forms import Form
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.people.activation import activations
from portal.server.people.signing_in import addressed, signing_in
from portal.server.services import Services
from portal.wire.accounts import Activation


@dataclass(frozen=True, slots=True)
class Entered:
    """Who it is."""

    account: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why not: words for the page, the field they are about, and the status of the answer."""

    words: str
    field: str = ""
    status: int = 400
    retry_after: str | None = None
    minutes: int = 0  # what the words say of the wait


@dataclass(frozen=True, slots=True)
class StepNeeded:
    """The password was right; a second factor is asked for next, on a page that carries `step`."""

    step: str
    app: bool  # an authenticator app is there
    passkey: str  # what the browser is asked for, as JSON; "" where the account has none
    trouble: Trouble | None = None


def sign_in(services: Services, request: Request, form: Form) -> Entered | Trouble | StepNeeded:
    """Check user name and password, or what the page after them brings: `step` with `factor_code` or `passkey`.

    A `passkey` alone stands for both, where the device looked who it is.
    """
    if form.get("step"):
        return _second_step(services, request, form)
    if form.get("passkey"):
        return _by_passkey(services, request, form)
    user_name, password = form.get("user_name", ""), form.get("password", "")
    try:
        account = signing_in(services).account(user_name, password, addressed(request))
    except Problem as problem:
        if problem.code == "account-lapsed":
            return Trouble(words.LAPSED, status=STATUS[problem.code])
        return too_many(problem)
    if account is None:
        return Trouble(words.WRONG_SIGN_IN, "password", 401)
    return _after_password(services, request, form, account)


def _after_password(services: Services, request: Request, form: Form, account: str) -> Entered | Trouble | StepNeeded:
    with services.database.reading() as session:
        if not has_second_factor(session, account):
            return Entered(account)
    if form.get("factor_code"):  # a program sends all at once
        return _proved(services, request, form, account) or Entered(account)
    with services.database.writing() as session:
        return _needed(services, session, begin_step(session, account, services.clock()), account)


def _needed(
    services: Services, session: Session, step: str, account: str, trouble: Trouble | None = None
) -> StepNeeded:
    options = Passkeys(services).options(session, account)
    return StepNeeded(step, has_app(session, account), json.dumps(options) if options else "", trouble)


def _by_passkey(services: Services, request: Request, form: Form) -> Entered | Trouble:
    try:
        account = Passkeys(services).prove(form["passkey"], None, addressed(request))
    except Problem as problem:
        if problem.code == "account-lapsed":
            return Trouble(words.LAPSED, status=STATUS[problem.code])
        return too_many(problem)
    return Entered(account) if account is not None else Trouble(words.WRONG_PASSKEY, status=401)


def _second_step(services: Services, request: Request, form: Form) -> Entered | Trouble | StepNeeded:
    step = form["step"]
    with services.database.reading() as session:
        account = account_of_step(session, step, services.clock())
    if account is None:
        return Trouble(words.STEP_OVER, status=403)
    trouble = _proved(services, request, form, account)
    if trouble is not None:
        with services.database.reading() as session:
            return _needed(services, session, step, account, trouble)
    with services.database.writing() as session:
        return Entered(account) if end_step(session, step) else Trouble(words.STEP_OVER, status=403)


def _proved(services: Services, request: Request, form: Form, account: str) -> Trouble | None:
    """Check the second factor; gives what is wrong with it, or nothing."""
    try:
        if form.get("passkey"):
            proved = Passkeys(services).prove(form["passkey"], account, addressed(request))
            return None if proved else Trouble(words.WRONG_PASSKEY, status=401)
        fits = Proving(services).prove(account, form.get("factor_code", ""), addressed(request))
    except Problem as problem:
        if problem.code != "too-many-tries":
            raise
        return too_many(problem)
    return None if fits else Trouble(words.WRONG_FACTOR, "factor_code", 401)


def activate(services: Services, request: Request, form: Form) -> Entered | Trouble:
    """Take over the account of an activation code; wrong codes are counted."""
    if form.get("password", "") != form.get("password_again", ""):
        return Trouble(words.PASSWORDS_DIFFER, "password_again")
    who = addressed(request)
    activation = Activation(form.get("activation_code", ""), form.get("user_name", ""), form.get("password", ""))
    try:
        services.tries.check("code-by-address", who)
        return Entered(activations(services).activate(activation))
    except Problem as problem:
        if problem.code in {"not-found", "code-used"}:
            services.tries.count("code-by-address", who)
            services.wrong_codes.add(who)
        return _activation_trouble(problem)


def _activation_trouble(problem: Problem) -> Trouble:
    if problem.code == "too-many-tries":
        return too_many(problem)
    status = STATUS[problem.code]
    if problem.code == "invalid-request":
        first = problem.facts["fields"][0]
        return Trouble(words.RULES[first["field"], first["reason"]], first["field"], status)
    field = "user_name" if problem.code == "conflict" else "activation_code"
    return Trouble(words.ACTIVATION[problem.code], field, status)


def too_many(problem: Problem) -> Trouble:
    """Say when to come back."""
    seconds = int(problem.facts["retry_after"])
    minutes = -(-seconds // 60)
    said = words.TOO_OFTEN_A_MINUTE if minutes == 1 else words.TOO_OFTEN
    return Trouble(said, status=429, retry_after=str(seconds), minutes=minutes)
