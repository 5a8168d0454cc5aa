"""What pictures of writing say: common words, and strings that can only be read letter by letter."""

from __future__ import annotations

from random import Random

_CONSONANTS = "bcdfghjklmnpqrstvwxyz"
_VOWELS = "aeiou"
_PATTERNS = ("cv", "vc", "cvc", "cvc", "vcv", "cvcv", "cvcvc", "vcvc", "cvccv", "cvcvcv")  # c: consonant, v: vowel

_ENGLISH = (
    "ant apple arm axe baby back bacon bag ball balloon banana band bank bar barn basket bat bath beach bean bear "
    "beard bed bee beef bell belt bench berry bike bird biscuit black blanket blood blouse blue board boat body bone "
    "book boot bottle bowl box boy brain branch bread brick bridge broom brother brown brush bubble bucket bug bus "
    "bush butter button cabin cable cactus cafe cage cake camel camera camp can candle candy cap car card carpet "
    "carrot castle cat cave chain chair chalk cheese cherry chess chicken child chin city clay clock cloth cloud "
    "clown coal coat coffee coin comb cookie copper corn cotton couch cow crab cream crown cup curtain dad dance day "
    "deer desk dice dish doctor dog doll dolphin donkey door dragon drawer dress drink drum duck dust eagle ear "
    "earth egg elbow elephant engine eraser evening eye face family fan farm farmer father feather fence field "
    "finger fire fish flag floor flour flower fly food foot forest fork fox frame friend frog fruit game garage "
    "garden gate ghost giant giraffe girl glass globe glove glue go goat gold goose grape grass green guitar hair "
    "ham hammer hand happy hat hay head heart heel helmet hello hen hill hippo home honey hook horse hospital hotel "
    "house ice in ink iron island ivy jacket jam jar jeans jelly jewel joke juice jump key king kitchen kite kitten "
    "knee knife knot lace ladder lake lamb lamp leaf left leg lemon letter light lily lime lion lip lock log love "
    "lunch machine magic magnet mail map marble market mask meat medal melon menu metal milk mirror mitten money "
    "monkey moon morning mother mouse mouth mud museum mushroom music nail name neck needle nest net new night no "
    "noodle nose note nurse nut oak ocean office oil old olive on onion open orange oven owl ox page paint palace "
    "palm pan panda paper park parrot party pasta peach peanut pear pen pencil penguin pepper phone photo piano "
    "picture pie pig pigeon pillow pilot pin pink pizza plane plant plate play pocket poem police pond pony pool pot "
    "potato prince pumpkin puppet purple puzzle queen quiz rabbit radio rain rat red rice right ring river road "
    "robot rock rocket roof room rope rose ruler run sail salad salt sand sauce school scissors sea seed shark sheep "
    "shell ship shirt shoe shop silver sister skirt sky sleep snail snake snow soap sock sofa soup spider spoon "
    "spring squirrel stairs stamp star station stone stop store storm street sugar suit summer sun swan sweater swim "
    "table tail taxi tea teacher tent tiger toast toe tomato tool tooth towel tower town toy train tree truck "
    "trumpet tulip turkey turtle umbrella uncle up van vase violin wagon wall wallet watch water wave wax we wheel "
    "whistle white wind window wine wing winter wolf wood wool worm yellow yes yogurt you zebra zero zipper zoo"
)
_CHINESE = (
    "我们 你们 他们 人们 中国 大家 国家 上面 下面 里面 外面 前面 后面 对面 方面 天气 水果 学生 大学 小学 同学 中学 "
    "学会 学问 学员 人民 公民 人物 人力 电力 动力 能力 体力 重力 主力 力量 力气 机会 机关 生日 工作 工人 工业 工程 "
    "产业 事业 作业 作用 作家 作者 作文 中文 外文 日文 文化 文学 文明 化学 数学 物理 心理 地理 道理 方法 想法 用法 "
    "看法 说法 说明 明天 明年 前天 后天 天天 年代 时代 时间 同时 当时 有时 小时 平时 中间 日本 日子 种子 样子 个子 "
    "分子 电子 原子 原料 原因 原来 后来 出来 进来 起来 过来 出去 过去 上去 下去 进去 出现 发现 现实 现在 实现 实在 "
    "自然 天然 当然 果然 然后 以后 以前 以来 以上 以下 以为 因为 为了 那么 这么 多么 这样 那样 一样 同样 这里 那里 "
    "家里 心里 水里 一起 一定 一天 一年 一个 两个 三个 四个 五个 十个 这个 那个 个人 个性 主人 主要 重要 还是 就是 "
    "可是 但是 只是 于是 不是 可能 可以 不要 不能 不会 不好 不同 不过 没有 有点 三点 四点 十点 五月 十月 四月 三月 "
    "二月 一月 好人 好看 好多 好事 大人 大小 高大 高中 高度 高等 平等 平方 地方 对方 方向 方程 正好 正在 正常 公开 "
    "开关 开会 开心 小心 关心 中心 内心 开发 开展 发展 发表 发明 发生 发动 发出 出发 出生 出国 生产 产生 生物 动物 "
    "事物 物体 物质 质量 数量 重量 电量 能量 气体 体重 全体 全国 全家 全部 全面 部分 军人 党员 人员 会员 动员 社会 "
    "大会 心情 事情 同情 情形 地形 形象 对象 气象 大象 想象 理想 想到 看到 得到 来到 电线 直线 天线 平面 地面 水面 "
    "水平 和平 公平 公正 意义 主义 正义 意外 生意 同意 问题 主题 理解 了解 分解 表明 表面 表现 代表 外表 现代 代理 "
    "经理 经常 经过 通过 通常 通道 地道 国外 国内 内地 外地 本地 当地 地点 重点 起点 地位 第一 第二 第三 成立 成果 "
    "结果 成为 成本 成就 建立 新建 重新 新年 去年 十年 天下 天上 上下 上学 入学 进入 加入 加上 加工 外部 内部 分开 "
    "分数 十分 多数 制度 制作 人生 人间 人体 性能 性质 应用 应当 使用 利用 有利 有用 用心 用力 使命 生命 革命 变化 "
    "变成 变形 合并 合理 合法 合同 合作 结合 体系 关系 常常 常用 如果 如此 因此 此外 从此 从来 从前 从小 由于 自由 "
    "理由 自主 自动 主动 行动 动作 过程 程度 进度 进行 进化 进展 最后 最高 最好 最多 最大 最小 很多 很好 很大 很高 "
    "你好 果子 大量 总理 总是 入党 军事 直到 已经 小学生 大学生 中学生 中国人 一个人 两个人 有没有 好不好 是不是 "
    "对不对 能不能 会不会 化学家 数学家 小说家 天然气 自来水 工作者 作用力 进行中 心理学 地质学 物理学 文学家 社会学 "
    "军事家 大部分 一部分 第一天 水电工 天天向上 自由自在 人人平等 一心一意 三心二意 不三不四 无所不能 合情合理 "
    "自以为是 全心全意 出人意料 理所当然 意想不到 说来说去 想来想去 看来看去 一本正经 大有作为 中国人民 社会主义 "
    "不由自主 人之常情 十分重要 天下大事 数学作业"
)

ENGLISH = tuple(_ENGLISH.split())
"""Common English words of two to eight letters."""

CHINESE = tuple(_CHINESE.split())
"""Words of two to four characters, all out of `tuning.pictures.names.HANZI`."""


def letter_string(rng: Random) -> str:
    """A pronounceable string of two to six lower-case letters that is none of the words."""
    while True:
        made = "".join(rng.choice(_VOWELS if kind == "v" else _CONSONANTS) for kind in rng.choice(_PATTERNS))
        if made not in ENGLISH:
            return made
