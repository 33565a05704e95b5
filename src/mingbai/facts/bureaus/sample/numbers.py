"""The numbers that stories are planted against: the defaults that the text of the rules states.

On purpose not read from the standards: the sample says what the text demands, so that a wrong number there shows
as a planted story that is missed. All money in cents.
"""

LINE = {2021: 6000_00, 2022: 6500_00, 2023: 7300_00, 2024: 8000_00, 2025: 8700_00, 2026: 8800_00}
"""Monitoring line of the account's year, a head."""

MEDICAL_REGISTERED = 6000_00
MEDICAL_OTHERS = 10000_00
DISASTER = 10000_00
SCHOOL_COST = 10000_00
SELF_EMPLOYED_CAPITAL = 100000_00
WATER_DAYS = 36
DROP_LEFT_PERCENT = 70
"""income_drop: what may be left of the year before, in percent (1 − 0.30)."""
DROP_LINE_TENTHS = 15
"""income_drop: and below this many tenths of the line."""
GRACE_DAYS = 31
