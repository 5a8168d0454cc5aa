"""The words whose letters and characters are asked about: a small model has to learn how each one is written."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH: tuple[str, ...] = _words(
    """
    able about after again air all and animal answer any apple arm baby back bad bag ball balloon banana bank bath
    beach bean bear bed bee beef before begin bell better between big bird birthday black blue board boat body book
    boot bottle bottom bowl box boy bread break bridge bring brother brown brush bubble build bus butter button buy
    cake call camera candle car card carrot castle cat chair cheese cherry chicken child church circle city class
    clean clock cloud coat coffee coin cold cook cookie cool corner country cow cream cross crown cup curtain dance
    dark day deep deer desk dinner doctor dog doll door down dream dress drink drum duck ear early earth east easy egg
    eight eleven empty engine evening eye face family farm father feather feel finger fire fish five flag floor flower
    fly food foot forest fork four fox friend frog fruit full funny game garden ghost gift girl glass goat gold good
    goose grape grass great green hair hammer hand happy hat head heart hello help hill holiday home honey horse
    hospital hot hotel hour house hungry ice idea island jacket juice jump kettle key kind king kitchen kite kitten
    knee knife ladder lake lamp land large laugh leaf learn left lemon lesson letter library light lion list little
    long lunch machine map market meat melon middle milk minute mirror money monkey month moon morning mother mountain
    mouse mouth music name neck nest new night nine noodle nose number ocean office onion open orange oven paint panda
    paper park party pasta pear pen pencil penguin pepper person phone piano picture pig pillow pink pizza planet
    plant plate pocket potato puppy purple queen question quick quiet rabbit rain rainbow read red rice right ring
    river road robot rocket room rose round rubber salad salt sand school science sea seven sheep shell ship shirt
    shoe short silver sister six sky sleep slow small smile snow soap soccer sock soup spoon square star stone story
    street student sugar summer sun sunny supper table tea teacher ten tennis tiger time today tomato tomorrow tooth
    tower town toy train tree truck turtle umbrella uncle valley violin wall warm watch water wheel white wind window
    winter wood word world yellow young zebra
    """
)
"""Everyday words of three to eight letters."""

CHINESE: tuple[str, ...] = _words(
    """
    你好 世界 朋友 老师 学生 学校 苹果 香蕉 西瓜 葡萄 牛奶 面包 米饭 鸡蛋 蛋糕 早上 晚上 中午 今天 明天 昨天 春天 夏天
    秋天 冬天 太阳 月亮 星星 天空 大海 河流 高山 森林 花园 公园 城市 农村 房子 窗户 桌子 椅子 电脑 电话 手机 电视 汽车
    火车 飞机 轮船 爸爸 妈妈 哥哥 姐姐 弟弟 妹妹 爷爷 奶奶 孩子 医生 护士 警察 工人 农民 画家 歌手 音乐 电影 故事 图书
    报纸 照片 礼物 生日 节日 春节 快乐 高兴 幸福 美丽 漂亮 聪明 认真 努力 勇敢 安静 热闹 简单 困难 问题 答案 语文 数学
    英语 科学 历史 体育 足球 篮球 游泳 跑步 唱歌 跳舞 画画 写字 读书 旅行 工作 休息 吃饭 睡觉 中国 北京 上海 长城 熊猫
    老虎 狮子 大象 兔子 小狗 小猫 蝴蝶 蜜蜂 白云 下雨 下雪 红色 蓝色 绿色 黄色 时间 分钟 星期 医院 商店 超市 银行
    图书馆 火车站 动物园 电影院 办公室 自行车 幼儿园 运动会 巧克力 冰淇淋 西红柿 向日葵 机器人 人工智能 春暖花开
    四面八方 五颜六色 高高兴兴 一心一意 新年快乐
    """
)
"""Common words of two to four characters."""
