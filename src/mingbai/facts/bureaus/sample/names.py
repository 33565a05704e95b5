"""Invented names that fit the county: Han names by generation, and Yi names of a clan and a given name.

Put together by hand from common surnames and given names; a full name that belongs to a living person is chance.
"""

from random import Random

_HAN_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
_YI_CLANS = (
    "吉克 沙马 阿苏 俄木 马海 勒格 海来 吉木 曲木 尔古 木乃 且沙 加拉 依火 阿尔 石一 阿育 贾巴 罗洪 瓦扎 水落 果基 阿候 "
    "苏呷 吉伍 莫色 曲比 阿力 安子 俄的 吉史 布约 阿说 邱莫 沙也 比曲 日木 洛古 乃古 阿别 赤黑 立立 金古 吉日 阿底 什列 "
    "毛勒 甲拉 黑惹 挖西"
).split()

# Given names by when people were born: before 1970, to 1994, and since.
_HAN_MEN = (
    "国 建 明 华 福 贵 德 志 忠 正 永 光 兴 全 成 云 发 才 朝 文 清 元 顺 安 富 祥 学 世 天 廷".split(),
    "伟 强 勇 军 平 刚 波 涛 辉 斌 海 林 峰 龙 飞 鹏 超 杰 毅 松 俊 凯 洪 荣 健 亮 彬 鑫 东 江".split(),
    "浩 宇 轩 泽 博 睿 晨 俊 豪 翔 航 昊 铭 鑫 阳 天 佳 逸 梓 子 皓 嘉 瑞 文 凡 熙 诚 乐 然 哲".split(),
)
_HAN_WOMEN = (
    "秀 英 珍 芳 兰 桂 玉 素 琼 淑 群 华 凤 菊 莲 碧 清 贵 翠 淑 香 芬 春 梅 惠 琴 容 先 仙 云".split(),
    "丽 敏 静 艳 娟 燕 霞 红 萍 玲 梅 洁 琴 芳 晓 小 春 雪 婷 娜 莉 倩 蓉 莎 君 慧 颖 利 海 玉".split(),
    "雨 欣 梓 涵 佳 怡 诗 琪 思 雅 婷 紫 萱 可 馨 语 彤 梦 瑶 心 悦 依 诺 晨 曦 若 菲 嘉 艺 芸".split(),
)
_YI_MEN = (
    "木呷 尔布 拉且 伍各 日哈 木果 拉者 哈日 子洛 次哈 体日 尔哈 阿牛 伍加 木基 友色 克古 阿木 什哈 约布 尔坡 古哈 色体 伍沙 "
    "拉铁 史布 日古 依布 子古 石日 木沙 拉坡 牛布 阿加 尔日 达哈 克的 伍呷 子铁 木各 拉日 约哈 史铁 古火 尔古 色布 阿铁 依哈"
).split()
_YI_WOMEN = (
    "阿呷 阿依 尔作 日作 伍支 子各 史洛 阿牛莫 阿支莫 伍果莫 有作 木果莫 尔扎 日牛 阿加莫 次作 子作 沙作 依作 尔洛 伍牛 日洛 "
    "木支 阿果 拉作 阿芝 布西 史作 尔各 子扎 色作 伍呷莫 古作 日扎 克作 体作 友牛 什作 阿以莫 石作 尔牛莫 约作 伍合 子洛莫"
).split()


def surname(rng: Random, ethnicity: str) -> str:
    """A family name; a few surnames carry a large share, as in life."""
    if ethnicity == "彝族":
        return _YI_CLANS[int(len(_YI_CLANS) * rng.random())]
    return _HAN_SURNAMES[int(len(_HAN_SURNAMES) * rng.random() ** 2)]


def full_name(rng: Random, family: str, sex: str, born: int, dotted: bool) -> str:
    """A whole name; `born` is a year; `dotted` writes a Yi name as 沙马·木呷, which about a third of families do."""
    male = sex == "男"
    if len(family) > 1:
        given = _YI_MEN if male else _YI_WOMEN
        return f"{family}{'·' if dotted else ''}{given[int(len(given) * rng.random())]}"
    age_group = 0 if born < 1970 else 1 if born < 1995 else 2
    given = (_HAN_MEN if male else _HAN_WOMEN)[age_group]
    first = given[int(len(given) * rng.random())]
    return family + first + (given[int(len(given) * rng.random())] if rng.random() < 0.8 else "")
