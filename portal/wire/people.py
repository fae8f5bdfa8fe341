"""Whom images are of, and whom to ask about them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Practice:
    """Whom to ask."""

    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whose images these are, as text that was read."""

    patient_name: str | None = None
    patient_birth_date: str | None = None
    patient_id: str | None = None
    issuer_of_patient_id: str | None = None
    patient_sex: str | None = None
