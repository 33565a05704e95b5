"""Makes the whole invented county.

Where its margins come from (policy.md of the domain notes):

* classes: about 12 to 15 % 脱贫户, as in counties like this one; monitored classes about 1.5 %, of which 60 % with the
  risk eliminated (§12: "over 60 % eliminated by 2024-09"; §11.1: unstable 4694, marginal 638, sudden 409 households).
* income: median a head about 1.9 times the line, so near the 17 522 yuan of poor areas in 2024 (§12); costs about 34 to
  38 % of gross farm income (§5.2, ratios 40 and 15 %); lines only of the items of §5.2.
* missing cells of general households: 文化程度 96 %, 劳动技能 55 %, 健康状况 21 % (§7.5: 99, 53, 21 %).
* houses, water, schooling and insurance: everybody covered except where a story says otherwise (§6: 98.8 to 100 %).
* clues: 10 to 15 % of households, most of them false alarms when somebody looks (§8.2: 4881 warnings, 105 confirmed).
* family structure, names, bills, vehicles: our own estimate; no microdata may be copied (§12, last line).

A household without a story raises no clue. Each story has households of its own, so what the 44 rules find is exactly
what the side file says.
"""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from mingbai.base.lib.errors import Refused
from mingbai.facts.bureaus.sample import writing
from mingbai.facts.bureaus.sample.bureaus import Facts
from mingbai.facts.bureaus.sample.identity import Issuer
from mingbai.facts.bureaus.sample.income import income_rows, reckon
from mingbai.facts.bureaus.sample.people import Families, Household, Kin
from mingbai.facts.bureaus.sample.places import COUNTY, COUNTY_CODE, Village, settle
from mingbai.facts.bureaus.sample.registry import (
    Setting, choose_cause, classify, describe, household_row, member_row,
)  # fmt: skip
