"""Words in English and Chinese, and the countries with their capitals; the first form is the canonical one."""

from __future__ import annotations

from dataclasses import dataclass

CHINESE_DAYS = "一二三四五六日"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Entry:
    """A thing and its names in both languages."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]


def _entries(table: str) -> tuple[Entry, ...]:
    """Entries out of lines such as `dog|puppy 狗|小狗`; `_` stands for a blank."""

    def names(text: str) -> tuple[str, ...]:
        return tuple(text.replace("_", " ").split("|"))

    pairs = [line.split() for line in table.replace(";", "\n").splitlines() if line.strip()]
    return tuple(Entry(names(english), names(chinese)) for english, chinese in pairs)


COLORS = _entries(
    """
    red 红色|红; orange 橙色|橙|橘色|橙子|橘子; yellow 黄色|黄; green 绿色|绿; blue 蓝色|蓝; purple 紫色|紫
    black 黑色|黑; white 白色|白; grey|gray 灰色|灰; pink 粉色|粉红色|粉红; brown 棕色|褐色|棕|咖啡色
    gold|golden 金色|金|金子|黄金; silver 银色|银|银子
    """
)
ANIMALS = _entries(
    """
    dog 狗|小狗|犬; cat 猫|小猫; cow 奶牛|母牛|牛; horse 马; pig 猪; sheep 绵羊|羊; goat 山羊|羊; chicken 鸡|鸡肉
    duck 鸭子|鸭; goose 鹅; rabbit|bunny 兔子|兔; mouse 老鼠|鼠|鼠标; bird 鸟|小鸟; fish 鱼; frog 青蛙|蛙; snake 蛇
    turtle|tortoise 乌龟|龟|海龟; tiger 老虎|虎; lion 狮子|狮; bear 熊; panda 熊猫|大熊猫; elephant 大象|象
    monkey 猴子|猴; wolf 狼; fox 狐狸; deer 鹿; giraffe 长颈鹿; zebra 斑马; camel 骆驼; donkey 驴|驴子; kangaroo 袋鼠
    koala 考拉|树袋熊; hippo|hippopotamus 河马; rhino|rhinoceros 犀牛; gorilla 大猩猩; crocodile 鳄鱼; whale 鲸鱼|鲸
    dolphin 海豚; shark 鲨鱼|鲨; seal 海豹|印章; penguin 企鹅; owl 猫头鹰; eagle 鹰|老鹰; parrot 鹦鹉; swan 天鹅
    peacock 孔雀; crow 乌鸦; pigeon|dove 鸽子; bat 蝙蝠|球棒; squirrel 松鼠; hedgehog 刺猬; bee 蜜蜂; butterfly 蝴蝶
    ant 蚂蚁; spider 蜘蛛; fly 苍蝇|飞; mosquito 蚊子|蚊; snail 蜗牛; crab 螃蟹|蟹; shrimp 虾; octopus 章鱼; dragon 龙
    """
)
THINGS = _entries(
    """
    apple 苹果; banana 香蕉; pear 梨|梨子; peach 桃子|桃; grape|grapes 葡萄; watermelon 西瓜; strawberry 草莓
    cherry 樱桃; lemon 柠檬; pineapple 菠萝; mango 芒果; tomato 西红柿|番茄; potato 土豆|马铃薯; carrot 胡萝卜
    onion 洋葱; corn 玉米; rice 米饭|大米|米; bread 面包; egg 鸡蛋|蛋; milk 牛奶|奶; water 水; tea 茶; coffee 咖啡
    juice 果汁; sugar 糖; salt 盐; cake 蛋糕; soup 汤; meat 肉; noodles|noodle 面条|面; table 桌子|桌|表格; chair 椅子
    bed 床; door 门; window 窗户|窗; lamp 灯|台灯; cup 杯子; bowl 碗; plate 盘子|盘; spoon 勺子|勺; fork 叉子|叉
    knife 刀|刀子; chopsticks 筷子; bottle 瓶子|瓶; book 书|书本; pen 钢笔|笔; pencil 铅笔; paper 纸; school 学校
    house 房子|房屋; hospital 医院; car 汽车|车|轿车; bus 公共汽车|公交车|巴士; train 火车|列车; plane|airplane 飞机
    ship 船|轮船; bicycle|bike 自行车|单车; computer 电脑|计算机; phone|telephone 电话|手机; television|TV 电视|电视机
    clock 时钟|钟; watch 手表|表; key 钥匙; umbrella 雨伞|伞; bag 包|袋子; hat 帽子|帽; shoe|shoes 鞋|鞋子
    shirt 衬衫|衬衣; trousers|pants 裤子; sun 太阳; moon 月亮|月球; star 星星|星|五角星; rain 雨|下雨; snow 雪|下雪
    wind 风; fire 火; mountain 山; river 河|河流; sea 海|大海; tree 树; flower 花|花朵; teacher 老师|教师
    student 学生; doctor 医生|大夫|博士; friend 朋友; hand 手; eye 眼睛; ball 球
    """
)


@dataclass(frozen=True)
class Country(Entry):
    """A country with its capital; `article` where English says "the"."""

    capital: Entry
    article: bool


def _countries(table: str) -> tuple[Country, ...]:
    """Countries out of lines such as `the_Netherlands|Holland 荷兰 Amsterdam 阿姆斯特丹`."""
    countries = []
    for line in table.replace(";", "\n").splitlines():
        if line.strip():
            country, capital = _entries(" ".join(line.split()[:2])) + _entries(" ".join(line.split()[2:]))
            names = tuple(name.removeprefix("the ") for name in country.english)
            countries.append(Country(names, country.chinese, capital, names != country.english))
    return tuple(countries)


COUNTRIES = _countries(
    """
    China 中国 Beijing 北京; Japan 日本 Tokyo 东京; South_Korea 韩国 Seoul 首尔
    North_Korea 朝鲜|北朝鲜 Pyongyang 平壤; Mongolia 蒙古|蒙古国 Ulaanbaatar|Ulan_Bator 乌兰巴托
    Vietnam 越南 Hanoi 河内; Thailand 泰国 Bangkok 曼谷; Laos 老挝 Vientiane 万象; Cambodia 柬埔寨 Phnom_Penh 金边
    Malaysia 马来西亚 Kuala_Lumpur 吉隆坡; the_Philippines 菲律宾 Manila 马尼拉
    India 印度 New_Delhi|Delhi 新德里|德里; Nepal 尼泊尔 Kathmandu 加德满都; Bangladesh 孟加拉国|孟加拉 Dhaka 达卡
    Pakistan 巴基斯坦 Islamabad 伊斯兰堡; Afghanistan 阿富汗 Kabul 喀布尔; Iran 伊朗 Tehran 德黑兰
    Iraq 伊拉克 Baghdad 巴格达; Saudi_Arabia 沙特阿拉伯|沙特 Riyadh 利雅得; Turkey|Türkiye 土耳其 Ankara 安卡拉
    Russia 俄罗斯 Moscow 莫斯科; Ukraine 乌克兰 Kyiv|Kiev 基辅; Poland 波兰 Warsaw 华沙; Germany 德国 Berlin 柏林
    France 法国 Paris 巴黎; the_United_Kingdom|UK|Britain|Great_Britain|England 英国|英格兰 London 伦敦
    Ireland 爱尔兰 Dublin 都柏林; Spain 西班牙 Madrid 马德里; Portugal 葡萄牙 Lisbon 里斯本; Italy 意大利 Rome 罗马
    Greece 希腊 Athens 雅典; Switzerland 瑞士 Bern|Berne 伯尔尼; Austria 奥地利 Vienna 维也纳
    Belgium 比利时 Brussels 布鲁塞尔; the_Netherlands|Holland 荷兰 Amsterdam 阿姆斯特丹
    Denmark 丹麦 Copenhagen 哥本哈根; Norway 挪威 Oslo 奥斯陆; Sweden 瑞典 Stockholm 斯德哥尔摩
    Finland 芬兰 Helsinki 赫尔辛基; Iceland 冰岛 Reykjavik 雷克雅未克; Hungary 匈牙利 Budapest 布达佩斯
    the_Czech_Republic|Czechia 捷克|捷克共和国 Prague 布拉格; Romania 罗马尼亚 Bucharest 布加勒斯特
    Bulgaria 保加利亚 Sofia 索非亚; Serbia 塞尔维亚 Belgrade 贝尔格莱德; Croatia 克罗地亚 Zagreb 萨格勒布
    Egypt 埃及 Cairo 开罗; Morocco 摩洛哥 Rabat 拉巴特; Algeria 阿尔及利亚 Algiers 阿尔及尔
    Ethiopia 埃塞俄比亚 Addis_Ababa 亚的斯亚贝巴; Kenya 肯尼亚 Nairobi 内罗毕; Nigeria 尼日利亚 Abuja 阿布贾
    Ghana 加纳 Accra 阿克拉
    the_United_States|USA|US|America 美国|美利坚合众国 Washington|Washington,_D.C.|Washington_DC 华盛顿|华盛顿特区
    Canada 加拿大 Ottawa 渥太华; Mexico 墨西哥 Mexico_City 墨西哥城; Cuba 古巴 Havana 哈瓦那
    Brazil 巴西 Brasilia|Brasília 巴西利亚; Argentina 阿根廷 Buenos_Aires 布宜诺斯艾利斯
    Chile 智利 Santiago|Santiago_de_Chile 圣地亚哥; Peru 秘鲁 Lima 利马; Colombia 哥伦比亚 Bogota|Bogotá 波哥大
    Venezuela 委内瑞拉 Caracas 加拉加斯; Australia 澳大利亚|澳洲 Canberra 堪培拉; New_Zealand 新西兰 Wellington 惠灵顿
    """
)
"""Countries whose capital nobody disputes."""
