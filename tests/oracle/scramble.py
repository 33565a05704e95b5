"""Random county folders that collide on purpose, to compare two engines on.

Not believable people: few different days, amounts, names and codes, so that every boundary is hit, with every
dirty form that the contract names mixed in. `scramble(folder, households=200, seed=1)` writes every table as .csv.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from oracle.cells import check_digit
from oracle.tables import CLASS_LABELS, CLASSES, CODES, SHAPES, Column

DAY = date(2026, 6, 30)
"""The screening day that the boundaries are laid around."""
_ROWS = {"成员表": 3.4, "收入表": 8, "一卡通发放": 4, "医保参保": 3, "医保结算": 2, "供水监测": 0.2}
_SIZES = {"收入表": 9000, "医保结算": 6000, "灾害损失": 8000, "学籍": 10000, "市场主体登记": 100000}
_WORDS = {
    "车辆类型": "小型轿车 正三轮摩托车 小型越野客车", "车辆状态": "正常 注销 -", "用途": "商品住房 商铺 住宅 公寓",
    "来源类型": "- 易地搬迁安置 购买", "主体类型": "农民专业合作社 个体工商户 有限责任公司",
    "经营状态": "存续（在营） 在业 开业 吊销", "补贴项目": "农村低保金 特困供养金 地力补贴 低保 特困低保",
    "学段": "学前 小学 初中 高中 中职 高职 本科 研究生", "学籍状态": "在读 在读 送教上门 延缓入学 休学 辍学 毕业",
    "后果": "轻伤 重伤 死亡 无", "鉴定等级": "A B C D C E", "帮扶责任人": "- 张", "风险消除方式": "帮扶消除 帮扶消除 自然消除 -",
    "姓名": "张三 李·四 李四 王五 王．五 " * 4 + "-", "户主姓名": "甲 " * 40 + "-",
}  # fmt: skip
_KINDS = {
    "number": "- 0 0 0 3 12 13 -1 36 37 6.5 一 １２", "year": "2025 2025 2024 2026 2026 2027 ２０２５ 25",
    "item": "A1 a1 A2 B1 E1 D2 D4 d5A C1 D2a A9", "yesno": "是 否 1 0 - 未知",
    "health": "健康 健康 健康 健康 健康 1 01 残疾 02,4 健康、残疾 健康，残疾 - 良好",
    "causes": "- 因病 01 因残 因学 缺劳动力 因病,因残 因病；8 8、3", "studying": "非在校生 非在校生 01 小学 3 初中 - 七年级 8",
    "relation": "户主 01 之子 之女 3 之父 之母 12 配偶 配偶 21 99 外甥",
    "class": " ".join([*sorted(CLASS_LABELS), *CLASSES, "脱贫户", "脱贫户", "-", "大户"]),
}  # fmt: skip


class _County:
    def __init__(self, households: int, seed: int) -> None:
        self.n = households
        self.random = random.Random(seed)
        self.ids = [self.new_id() for _ in range(int(households * 3.4))]

    def pick(self, words: str) -> str:
        word = self.random.choice(words.split())
        return "" if word == "-" else word

    def new_id(self) -> str:
        year = self.random.choice([*range(2008, 2022), *range(2008, 2022), *range(1930, 2026)])
        birth = date(year, self.random.randint(1, 12), self.random.randint(1, 28))
        if self.random.random() < 0.1:
            birth = date.fromisoformat(self.pick("2010-06-30 2010-07-01 1966-06-30 1965-06-30 2019-08-31 2004-02-29"))
        body = f"990101{birth:%Y%m%d}{self.random.randint(1, 8):03}"
        return body + check_digit(body)

    def an_id(self) -> str:
        """Mostly one of the roster's, in any of its written forms, sometimes spoilt or a stranger's."""
        text, form = self.random.choice(self.ids), self.random.random()
        if form < 0.03:
            return text[:-1] + ("1" if text[-1] == "0" else "0")
        if form < 0.05:
            return text + self.pick("43 43B1")
        if form < 0.07:
            return text[:6] + " " + text[6:].lower()
        if form < 0.09 and text[6:8] == "19":
            return text[:6] + text[8:17]
        return self.new_id() if form < 0.11 else text

    def a_day(self) -> str:
        day = DAY - timedelta(days=int(self.random.expovariate(1 / 200)) - 20)
        edge = self.random.random()
        if edge < 0.15:
            edges = "2025-06-30 2025-07-01 2026-06-30 2025-12-30 2025-12-31 2026-04-30 2026-05-30 2026-07-01"
            day = date.fromisoformat(self.pick(edges))
        elif edge < 0.3:
            day = date(self.random.choice([2024, 2025]), *self.random.choice([(1, 1), (1, 2), (12, 31)]))
        slashes = f"{day.year}/{day.month}/{day.day}"
        forms = [f"{day}"] * 14 + [f"{day:%Y%m%d}", slashes, slashes, f"{day:%Y%m}", f"{day:%Y-%m}", "2025.1.1"]
        forms += [f"{day.year}-{day.month}-{day.day}", f"{day} 00:00:00", f"{day:%Y/%m}", f"{day.year + 1}-02-29"]
        return self.random.choice(forms)

    def an_amount(self, about: int) -> str:
        form = self.random.random()
        if form < 0.1:
            return self.pick("- 0 0 1,000 100元 +5 .5 5. -5 1e3 '7")
        if form < 0.4:
            return str(self.random.choice([about, about // 2, about - 1, about + 1]))
        if form < 0.6:
            return "500"
        return f"{self.random.uniform(-about / 20, about * 1.5):.{self.random.choice([0, 1, 2, 3])}f}"

    def cell(self, table: str, column: Column) -> str:
        header, kind = column.header, column.kind
        if kind == "id":
            return "" if header == "户主证件号码" and self.random.random() < 0.02 else self.an_id()
        if kind == "certificate":
            return self.random.choice(self.ids) + "43"
        if kind == "date":
            return self.a_day() if column.must or self.random.random() < 0.5 else ""
        if kind == "money":
            return self.an_amount(_SIZES.get(table, 500))
        if kind in _KINDS:
            return self.pick(_KINDS[kind])
        if kind in CODES:
            return self.random.choice([*CODES[kind], *CODES[kind].values(), ""])
        if header == "户编号":
            return f"H{self.random.randrange(int(self.n * 1.02))}"
        if header == "村代码":
            return f"9901011012{self.random.randrange(max(4, self.n // 30)):02}"
        if header == "联系电话":
            return self.pick("- - 1 2 " + " ".join(map(str, range(self.n // 4))))
        return self.pick(_WORDS.get(header, "x y z"))

    def row(self, table: str, i: int) -> dict[str, str]:
        row = {c.header: self.cell(table, c) for c in SHAPES[table].columns}
        if table == "户表" and self.random.random() < 0.98:
            row["户编号"] = f"H{i}"
        if table == "成员表":
            row["人编号"] = f"P{i if self.random.random() < 0.98 else self.random.randrange(i + 1)}"
            row["证件号码"] = self.ids[i] if self.random.random() < 0.93 else self.random.choice([row["证件号码"], ""])
            row["户编号"] = f"H{i // 3 % self.n}" if self.random.random() < 0.95 else row["户编号"]
            row["与户主关系"] = "户主" if i % 3 == 0 else row["与户主关系"]
        return row

    def copies(self, household: str) -> bool:
        """Whether this household's account is left to `copied`."""
        return int(household[1:]) % 7 == 0

    def copied(self) -> list[dict[str, str]]:
        """Accounts that are the same as last year's or as the neighbours', for the two rules about copies."""
        rows = []
        for i in range(0, self.n, 7):
            items = "A3 B3 E3 D6 C5".split()[: self.random.choice([2, 3, 4, 4, 5])]
            for year in self.random.choice([("2026",), ("2025", "2026"), ("2024", "2026")]):
                rows += [{"户编号": f"H{i}", "年度": year, "科目": item, "金额": "77"} for item in items]
        return rows


def scramble(folder: Path, households: int, seed: int) -> None:
    """Write a whole county folder of about that many households; the same seed gives the same folder."""
    county = _County(households, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name, shape in SHAPES.items():
        count = max(4, int(households * (1 if name == "户表" else _ROWS.get(name, 0.5))))
        rows = [county.row(name, i) for i in range(min(count, len(county.ids)) if name == "成员表" else count)]
        if name == "收入表":
            rows = [row for row in rows if not county.copies(row["户编号"])] + county.copied()
        if shape.bureau:
            rows += county.random.sample(rows, len(rows) // 30)
        encoding = county.pick("utf-8 utf-8-sig gb18030")
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, [c.header for c in shape.columns])
            writer.writeheader()
            writer.writerows(rows)
