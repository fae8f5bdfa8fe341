// What the portal allows of shares by default (`portal/wire/well_known.py`); it has the last word.

export const DAYS = 30;
export const MOST_DAYS = 365;
