"""What people tell about themselves and ask about later, by language; wordings as `tuning.talk.tables` reads them.

Each topic is a pair of tables: the ways to tell it with the answer to that, and the ways to ask for it with the answer.
{v} is the value, {V} the same with a capital, {w} without its article.
"""

from __future__ import annotations

NAMES = {
    "en": """
Anna|Ben|Clara|David|Emma|Felix|Grace|Henry|Isabel|Jack|Kate|Leo|Maria|Noah|Olivia|Paul|Rosa|Sam|Tina|Victor|Wendy|Zoe
Adam|Bella|Carl|Diana|Eric|Fiona|George|Hannah|Ian|Julia|Kevin|Lucy|Mark|Nina|Oscar|Peter|Rachel|Simon|Tom|Vera|Will
Alice|Bob|Chloe|Daniel|Ella|Frank|Gina|Hugo|Irene|James|Karen|Liam|Mia|Nick|Otto|Pia|Robert|Sarah|Tim|Una|Walter|Yara
Alex|Brian|Cindy|Dora|Edward|Flora|Gary|Helen|Ivan|Jane|Kim|Laura|Mike|Nora|Oliver|Patrick|Ruth|Steve|Tara|Vincent
Yusuf
Amy|Bruno|Carla|Dennis|Eva|Fred|Gloria|Harry|Ida|John|Kurt|Lena|Martin|Nadia|Omar|Paula|Ralph|Sofia|Thomas|Ursula|Lily
Arthur|Betty|Chris|Dan|Elena|Finn|Greta|Holly|Jonas|Ken|Max|Monica|Ravi|Susan|Tony
""",
    "zh": """
小明|小红|小丽|小强|小刚|小芳|小华|小兰|小美|小军|小东|小雪|小云|小龙|小宇|小梅|小玲|小波|小文|小杰|王伟|李娜|张敏
刘洋|陈静|杨帆
赵磊|黄丽|周杰|吴涛|徐芳|孙浩|马超|朱琳|胡军|郭静|林峰|何勇|高翔|罗兰|郑洁|梁宇|谢婷|宋佳|唐亮|许晴|韩梅|冯刚|邓超
曹阳|彭飞|曾莉|田野
董洁|潘明|袁泉|蔡琴|蒋欣|余华|杜鹃|叶青|程龙|魏晨|苏梅|吕布|丁宁|任重|沈月|姚远|卢芳|姜文|崔健|钟山|谭咏|陆毅|汪洋
范冰|金星|石磊|廖凡
贾玲|夏雨|韦唯|方芳|白雪|邹静|孟飞|熊亮|秦岚|江涛|薛峰|段奕|雷鸣|侯勇|龙飞|史可|陶红|贺平|毛宁|郝蕾|顾城|龚丽|邵兵
万里|覃亮|武松|钱多
莫言|孔明|向阳|常青|汤明|康宁|易晴|乔木|文静|安然|天天|乐乐|朵朵|阳阳|欣欣|明明|丽丽|佳佳|婷婷
""",
}
PET_NAMES = {
    "en": """
Rex|Bello|Luna|Max|Milo|Coco|Daisy|Rocky|Bella|Charlie|Buddy|Molly|Oreo|Simba|Nala|Felix|Tiger|Ginger|Snowy|Lucky|Toby
Ruby
Shadow|Pepper|Sunny|Teddy|Biscuit|Cookie|Honey|Jack|Kitty|Leo|Lola|Mimi|Misty|Oscar|Peanut|Pip|Poppy|Rosie|Sammy
Smokey|Sooty
Spot|Star|Sugar|Tilly|Tom|Toto|Ziggy|Bubbles|Candy|Domino|Fluffy|Hazel|Ivy|Jasper|Muffin|Patch|Waffle
""",
    "zh": """
旺财|小白|小黑|咪咪|豆豆|球球|毛毛|花花|点点|乐乐|欢欢|贝贝|丁丁|多多|妞妞|皮皮|嘟嘟|可可|奶茶|布丁|饼干|糖糖|果果
团团|圆圆|年糕|汤圆|雪球
来福|大黄|小黄|阿花|阿福|虎子|黑豆|黄豆|土豆|芝麻|花生|核桃|板栗|橘子|橙子|柚子|西瓜|樱桃|草莓|苹果|葡萄|包子|馒头
饺子|米粒|麦芽|可乐|雪碧|奥利奥
仔仔|宝宝|安安
""",
}
COLORS = {
    "en": """
red|blue|green|yellow|orange|purple|pink|black|white|grey|brown|gold|silver|turquoise|violet|light blue|dark blue
light green
dark green|dark red|beige|cream|lime green|sky blue|navy blue|olive|rose|lilac|copper|mint green
""",
    "zh": """
红色|蓝色|绿色|黄色|橙色|紫色|粉色|黑色|白色|灰色|棕色|金色|银色|青色|天蓝色|深蓝色|浅绿色|深绿色|粉红色|米色|咖啡色
浅蓝色|玫红色|淡紫色|墨绿色|橘色
橘黄色|酒红色|奶白色|浅黄色
""",
}
FOODS = {
    "en": """
pizza|rice|soup|bread|cheese|pasta|noodles|salad|cake|chocolate|ice cream|fish|chicken|tofu|potatoes|apples|bananas
oranges
strawberries|grapes|tomatoes|eggs|pancakes|sushi|dumplings|curry|burgers|sandwiches|beans|carrots|mushrooms|corn|honey
nuts
cookies|yoghurt|melon|cherries|peaches|pears|lemons|onions|spinach|steak|sausages|shrimp|fries|popcorn|waffles|muffins
porridge|cereal|lentils|olives|mangoes|pineapple|plums|kebab|tacos|hot pot
""",
    "zh": """
饺子|米饭|面条|包子|火锅|烤鸭|豆腐|馒头|比萨|汉堡|寿司|蛋糕|巧克力|冰淇淋|苹果|香蕉|橙子|草莓|葡萄|西瓜|桃子|梨|樱桃
芒果|菠萝|西红柿|土豆|鸡蛋|牛肉
羊肉|鸡肉|鱼|虾|螃蟹|面包|奶酪|酸奶|饼干|薯条|炒饭|馄饨|汤圆|粽子|月饼|油条|豆浆|煎饼|米粉|麻辣烫|烤肉|咖喱|沙拉
三明治|玉米|红薯|黄瓜|茄子|蘑菇|排骨|小笼包
""",
}
ANIMALS = {
    "en": """
dog|cat|horse|cow|sheep|pig|goat|rabbit|mouse|hamster|lion|tiger|bear|panda|monkey|elephant|giraffe|zebra|wolf|fox
deer|owl
eagle|parrot|penguin|duck|swan|chicken|frog|turtle|snake|lizard|crocodile|shark|whale|dolphin|octopus|crab|bee
butterfly|ant
spider|snail|kangaroo|koala|camel|donkey|hedgehog|squirrel|otter|seal|bat|beaver|badger|dragonfly|goose|pigeon|leopard
rhino|moose
""",
    "zh": """
狗|猫|马|牛|羊|猪|兔子|老鼠|仓鼠|狮子|老虎|熊|熊猫|猴子|大象|长颈鹿|斑马|狼|狐狸|鹿|猫头鹰|老鹰|鹦鹉|企鹅|鸭子|天鹅|鸡
青蛙|乌龟|蛇|蜥蜴|鳄鱼|鲨鱼|鲸鱼
海豚|章鱼|螃蟹|蜜蜂|蝴蝶|蚂蚁|蜘蛛|蜗牛|袋鼠|考拉|骆驼|驴|刺猬|松鼠|水獭|海豹|蝙蝠|河狸|蜻蜓|鹅|鸽子|豹子|犀牛|河马
孔雀|燕子
""",
}
CITIES = {
    "en": """
London|Paris|Berlin|Rome|Madrid|Vienna|Prague|Dublin|Oslo|Lisbon|Athens|Moscow|Istanbul|Cairo|Nairobi|Cape Town|Delhi
Mumbai
Beijing|Shanghai|Hong Kong|Tokyo|Osaka|Seoul|Bangkok|Hanoi|Singapore|Sydney|Melbourne|Auckland|New York|Boston|Chicago
Toronto
Montreal|Mexico City|Lima|Rio|Buenos Aires|Bogota|Munich|Hamburg|Lyon|Milan|Venice|Florence|Naples|Barcelona|Valencia
Porto|Warsaw
Budapest|Zurich|Geneva|Brussels|Amsterdam|Stockholm|Helsinki|Seattle|Dallas
""",
    "zh": """
北京|上海|广州|深圳|杭州|南京|苏州|成都|重庆|武汉|西安|天津|青岛|大连|厦门|长沙|郑州|济南|沈阳|哈尔滨|昆明|贵阳|南宁
福州|合肥|南昌|太原|石家庄|兰州|银川
西宁|拉萨|海口|三亚|桂林|丽江|大理|洛阳|开封|扬州|无锡|宁波|温州|珠海|香港|澳门|台北|东京|巴黎|伦敦|纽约|柏林|罗马
首尔|曼谷|新加坡|悉尼|莫斯科|开罗|烟台
""",
}
JOBS = {
    "en": """
a teacher|a doctor|a nurse|a cook|a baker|a driver|a pilot|a farmer|a gardener|a painter|a singer|a dancer|a writer
a student
a lawyer|a judge|a police officer|a firefighter|a soldier|a sailor|a tailor|a carpenter|a plumber|a mechanic|a builder
a waiter
a manager|a secretary|a salesman|a programmer|a designer|an engineer|an architect|an artist|an actor|a musician
a photographer
a journalist|a librarian|a scientist|a chemist|a dentist|a vet|a hairdresser|a butcher|a fisherman|a postman|a cleaner
a guide
a translator|a banker|a shopkeeper|a miner|a coach|a barber|a florist|an electrician|an accountant|a professor
a biologist
""",
    "zh": """
老师|医生|护士|厨师|面包师|司机|飞行员|农民|园丁|画家|歌手|舞蹈演员|作家|学生|律师|法官|警察|消防员|军人|水手|裁缝
木匠|水管工|修理工|建筑工人|服务员|经理
秘书|销售员|程序员|设计师|工程师|建筑师|艺术家|演员|音乐家|摄影师|记者|图书管理员|科学家|化学家|牙医|兽医|理发师|屠夫
渔民|邮递员|清洁工|导游|翻译|银行职员|店主
矿工|教练|花店老板|电工|会计|教授|生物学家|快递员
""",
}

NAME = {
    "en": (
        """
= Nice to meet you, {v}!
My name is {v} / I am {v} / I'm {v} / Call me {v} / (Hello|Hi|Hey), (I am|I'm|my name is) {v} / They call me {v}
You can call me {v}
(My friends|People) call me {v} / The name is {v} / (Hello|Hi), {v} here
(Hello|Good morning), my name is {v}, nice to meet you
Please call me {v} / Please remember: my name is {v} / I am called {v} / {v} is my name / Remember that my name is {v}
- You may call me {v} / Hello there, my name is {v} / By the way, I am called {v} / My first name is {v}
""",
        """
= Your name is {v}. || {v}
What is my name / What's my name / Who am I / Do you (know|remember) my name / (Tell me|Say) my name / How am I called
What am I called
What did I say my name was / And what is my name / Do you (know|remember) who I am / What was my name
My name is what / What do (people|you) call me
Do you still (know|remember) my name / Have you (forgotten|remembered) my name
- Can you remember my name / Can you tell me what my name is / What was my name again / Do you still know who I am
""",
    ),
    "zh": (
        """
= {v}，很高兴认识你！
我叫{v} / 我是{v} / 我的名字(是|叫){v} / 叫我{v}[吧] / 你好，我(叫|是){v} / 你可以叫我{v} / 大家(都|)叫我{v}
嗨，我(叫|是){v} / 我姓名是{v}
请叫我{v} / 请记住，我(叫|是){v} / 记住我叫{v} / {v}是我的名字 / 朋友(都|)叫我{v} / 我名叫{v}
你好，我的名字(是|叫){v} / 认识一下，我叫{v}
- 你就叫我{v}好了 / 大家好，我的名字叫{v} / 对了，我叫{v} / 以后你可以叫我{v}
""",
        """
= 你叫{v}。 || {v} || 你的名字是{v}。
我叫什么[名字] / 我(的|)名字(是|叫)什么 / 我是谁 / 你(还|)记得我(的名字|叫什么|是谁)吗
你(还|)知道我(的名字|叫什么|是谁)吗 / 我刚才说我叫什么
(请|)(说出|告诉我)我的名字 / 你该叫我什么 / 还记得我叫什么吗 / 那我叫什么 / 你忘了我(的名字|叫什么)吗
你记住我的名字了吗 / 说说我叫什么
- 你能说出我的名字吗 / 我刚才说我的名字是什么 / 你还记不记得我叫什么 / 我到底叫什么名字
""",
    ),
}
"""The name: how it is told and answered, and how it is asked for."""

PREFERENCES = {
    "en": {
        "color": (
            """
= {V} is a beautiful color!
My favourite color is {v} / I like {v} best / The color I like (best|most) is {v} / I love the color {v}
{V} is my favourite color
My best color is {v} / Of all colors I like {v} most / Remember: my favourite color is {v}
I really like the color {v}
- Among the colors I love {v} most / For colors, my favourite is {v}
""",
            """
= Your favourite color is {v}. || {v}
What is my favourite color / Which color do I like [best|most] / What color do I (like|love)
Do you (know|remember) my favourite color
(Tell me|Say) my favourite color / What was my favourite color / What did I say my favourite color was
Which color is my favourite
- Can you remember my favourite color / Which is the color that I like best
""",
        ),
        "food": (
            """
= {V}: that sounds delicious!
My favourite food is {v} / I like to eat {v} / I love to eat {v} / The food I like (best|most) is {v}
My favourite meal is {v}
What I like to eat most is {v} / I (really|always) like eating {v} / Remember: my favourite food is {v}
I love eating {v}
- Most of all I like to eat {v} / When I eat, my favourite is {v}
""",
            """
= Your favourite food is {v}. || {v}
What is my favourite (food|meal) / What do I like to eat [best|most] / What food do I (like|love)
Do you (know|remember) my favourite food
(Tell me|Say) my favourite food / What was my favourite food / What did I say I like to eat
Which food is my favourite
- Can you remember my favourite food / Which food do I like to eat best
""",
        ),
        "animal": (
            """
= The {v} is a great animal!
My favourite animal is the {v} / The animal I like (best|most) is the {v} / Of all animals I like the {v} (best|most)
The {v} is my favourite animal / I love the {v} most of all animals / Remember: my favourite animal is the {v}
My best animal is the {v}
- Among the animals I like the {v} best / For me the best animal is the {v}
""",
            """
= Your favourite animal is the {v}. || {v} || the {v}
What is my favourite animal / Which animal do I like [best|most] / What animal do I (like|love)
Do you (know|remember) my favourite animal
(Tell me|Say) my favourite animal / What was my favourite animal / What did I say my favourite animal was
Which animal is my favourite
- Can you remember my favourite animal / Which is the animal that I like best
""",
        ),
        "city": (
            """
= {V} is a nice city!
I live in {v} / My city is {v} / I am from {v} / I come from {v} / My home is in {v} / My home town is {v}
My favourite city is {v}
I am living in {v} / Remember: I live in {v} / I live in the city of {v} / The city I live in is {v} / My home is {v}
- At home I live in {v} / The city that I come from is {v}
""",
            """
= Your city is {v}. || {v} || You live in {v}.
What is my [favourite] city / Where do I live / Where am I from / Where do I come from
Which city (do I live in|am I from) / Do you (know|remember) where I live
(Tell me|Say) (where I live|my city) / What was my city / Where is my home / In which city do I live
What is my home town
- Can you remember where I live / Which city did I say I come from
""",
        ),
        "number": (
            """
= {v} is a fine number!
My favourite number is {v} / My lucky number is {v} / The number I like (best|most) is {v}
{v} is my (favourite|lucky) number
Remember the number {v} / I like the number {v} [best|most] / Keep the number {v} in mind
Please remember this number: {v} / My number is {v}
- Among the numbers I like {v} best / Please keep my number {v} in mind
""",
            """
= Your number is {v}. || {v}
What is my [favourite|lucky] number / Which number do I like [best|most] / Which number (did I say|did I tell you)
Do you (know|remember) my number
(Tell me|Say) my [favourite|lucky] number / What was my [favourite|lucky] number / What was the number
Which number should you remember
- Can you remember my number / Which number did I tell you to remember
""",
        ),
        "pet": (
            """
= {v} is a lovely name!
My (dog|cat|pet|rabbit|hamster|bird)'s name is {v} / My (dog|cat|pet|rabbit|hamster|bird) is called {v}
I have a (dog|cat|rabbit|bird) called {v}
The name of my (dog|cat|pet) is {v} / I call my (dog|cat|pet) {v} / I have a (dog|cat) and (its|his|her) name is {v}
My pet is {v}
- At home I have a pet called {v} / The name that I call my pet is {v}
""",
            """
= Your pet is called {v}. || {v} || Your pet's name is {v}.
What is my pet's name / What is my pet called / What is the name of my pet / Do you (know|remember) my pet's name
(Tell me|Say) the name of my pet
How is my pet called / What was my pet's name / What do I call my pet / Who is my pet / Which name does my pet have
- Can you remember the name of my pet / What did I say my pet is called
""",
        ),
        "age": (
            """
= {v} is a good age!
I am {v} years old / I'm {v} years old / My age is {v} / I am {v} / I turned {v} [this year] / I have just turned {v}
I am {v} years of age
This year I am {v} [years old] / Remember: I am {v} years old / I was {v} on my birthday / My age is {v} years
- At the moment I am {v} years old / By age I am {v}
""",
            """
= You are {v} years old. || {v} || {v} years old || You are {v}.
How old am I / What is my age / Do you (know|remember) (how old I am|my age) / (Tell me|Say) (my age|how old I am)
What was my age
How many years old am I / And how old am I / What did I say my age was / What age am I
- Can you remember how old I am / What age did I say I am
""",
        ),
        "job": (
            """
= So you are {v}. Nice work!
I am {v} by profession / My job is {v} / I work as {v} / My work is that of {v} / I have a job as {v}
My profession is {v} / I am working as {v}
In my job I am {v} / Remember: I work as {v} / I earn my money as {v} / At work I am {v}
- By job I am {v} / These days I work as {v}
""",
            """
= You are {v}. || {v} || {w}
What is my (job|work|profession) / What do I do [for work] / What do I work as
Do you (know|remember) my (job|work|profession)
(Tell me|Say) (my job|what I do for work) / What was my (job|profession) / As what do I work / Which job do I have
- Can you remember what my job is / What did I say I work as
""",
        ),
    },
    "zh": {
        "color": (
            """
= {v}真好看！
我最喜欢的颜色是{v} / 我(最|)喜欢{v} / 我爱{v} / {v}是我最喜欢的颜色 / 我最爱的颜色是{v} / 颜色(里|中)我最喜欢{v}
记住，我(最|)喜欢{v}
我喜欢的颜色是{v} / 我特别喜欢{v} / 我最喜欢{v}这种颜色
- 在颜色里我最爱{v} / 说到颜色，我最喜欢{v}
""",
            """
= 你最喜欢的颜色是{v}。 || {v}
我(最|)喜欢(什么|哪种|哪个)颜色 / 我最喜欢的颜色是(什么|哪个) / 你(还|)记得我(最|)喜欢的颜色吗
你知道我喜欢什么颜色吗 / 我喜欢的颜色是(什么|哪种)
我刚才说我喜欢什么颜色 / (请|)告诉我我最喜欢的颜色 / 我最爱的颜色是什么 / 还记得我喜欢什么颜色吗
- 你能说出我最喜欢的颜色吗 / 我最爱哪种颜色
""",
        ),
        "food": (
            """
= {v}听起来很好吃！
我最喜欢吃{v} / 我(最|)爱吃{v} / 我喜欢吃{v} / 我最喜欢的食物是{v} / {v}是我最喜欢的食物 / 吃的(里|东西里)我最喜欢{v}
记住，我(最|)(喜欢|爱)吃{v}
我喜欢的食物是{v} / 我特别(喜欢|爱)吃{v} / 我最爱的食物是{v}
- 在食物里我最爱吃{v} / 说到吃的，我最喜欢{v}
""",
            """
= 你最喜欢吃{v}。 || {v} || 你最喜欢的食物是{v}。
我(最|)(喜欢|爱)吃什么 / 我(最|)喜欢的食物是什么 / 你(还|)记得我(最|)(喜欢|爱)吃什么吗 / 你知道我(喜欢|爱)吃什么吗
我喜欢什么食物
我刚才说我喜欢吃什么 / (请|)告诉我我最喜欢的食物 / 我最爱的食物是什么 / 还记得我喜欢吃什么吗
- 你能说出我最喜欢的食物吗 / 我最爱吃的是什么
""",
        ),
        "animal": (
            """
= {v}真可爱！
我最喜欢的动物是{v} / 我(最|)喜欢的动物是{v} / {v}是我最喜欢的动物 / 我最爱的动物是{v} / 动物(里|中)我最喜欢{v}
记住，我最喜欢的动物是{v}
所有动物里我最喜欢{v} / 我特别喜欢{v}这种动物 / 我最喜欢{v}这种动物
- 在动物里我最爱{v} / 说到动物，我最喜欢{v}
""",
            """
= 你最喜欢的动物是{v}。 || {v}
我(最|)喜欢(什么|哪种)动物 / 我最喜欢的动物是(什么|哪种) / 你(还|)记得我(最|)喜欢的动物吗 / 你知道我喜欢什么动物吗
我喜欢的动物是什么
我刚才说我喜欢什么动物 / (请|)告诉我我最喜欢的动物 / 我最爱的动物是什么 / 还记得我喜欢什么动物吗
- 你能说出我最喜欢的动物吗 / 我最爱哪种动物
""",
        ),
        "city": (
            """
= {v}是个好地方！
我住在{v} / 我(来自|是从){v}[来的] / 我家在{v} / 我是{v}人 / 我在{v}生活 / 我的家乡是{v} / 我最喜欢的城市是{v}
记住，我住在{v}
我现在住在{v} / 我的城市是{v} / 我在{v}住
- 我的家在{v}这个城市 / 说到城市，我住在{v}
""",
            """
= 你的城市是{v}。 || {v} || 你住在{v}。
我住在(哪里|哪儿|哪个城市) / 我(来自|是从)(哪里|哪个城市)[来的] / 我家在(哪里|哪儿) / 我是哪里人
我的城市是(哪个|什么) / 你(还|)记得我住在哪里吗
你知道我住在哪里吗 / 我的家乡是哪里 / 我最喜欢的城市是(哪个|什么) / 我刚才说我住在哪里 / (请|)告诉我我住在哪里
- 你能说出我住的城市吗 / 我的家在哪个城市
""",
        ),
        "number": (
            """
= {v}是个好数字！
我最喜欢的数字是{v} / 我的幸运数字是{v} / 我(最|)喜欢(数字|){v} / {v}是我的幸运数字 / 记住数字{v}
请记住这个数字：{v} / 记住{v}这个数[字]
我的数字是{v} / 我喜欢的数字是{v} / 帮我记住数字{v}
- 在数字里我最喜欢{v} / 请你帮我记住{v}这个数字
""",
            """
= 你的数字是{v}。 || {v}
我(最|)喜欢的数字是(什么|几|多少) / 我的(幸运|)数字是(什么|几|多少) / 我(最|)喜欢(什么|哪个)数字
你(还|)记得我的(幸运|)数字吗 / 刚才的数字是(什么|多少|几)
你知道我的(幸运|)数字吗 / 我让你记住的数字是(什么|多少) / 我刚才说的数字是(多少|几) / (请|)告诉我我的数字
- 你能说出我的数字吗 / 我让你记的是哪个数字
""",
        ),
        "pet": (
            """
= {v}，真好听的名字！
我的(狗|猫|宠物|兔子|仓鼠|鸟)叫{v} / 我家的(狗|猫|宠物)叫{v} / 我有一只(狗|猫|兔子|鸟|宠物)叫{v}
我(宠物|的宠物)的名字(是|叫){v}
我养了一只(狗|猫|兔子|鸟)，(名字|它|)叫{v} / 我给我的(狗|猫|宠物)起名叫{v} / 我的宠物名叫{v} / 记住，我的宠物叫{v}
- 我家里养的宠物名字叫{v} / 我养的宠物叫{v}
""",
            """
= 你的宠物叫{v}。 || {v}
我的宠物叫什么[名字] / 我(的|)宠物的名字是什么 / 我家的宠物叫什么 / 你(还|)记得我的宠物叫什么吗
你知道我的宠物叫什么吗
我养的宠物叫什么 / 我刚才说我的宠物叫什么 / (请|)告诉我我宠物的名字 / 还记得我宠物的名字吗
- 你能说出我宠物的名字吗 / 我养的宠物名字叫什么
""",
        ),
        "age": (
            """
= {v}岁，真不错！
我{v}岁[了] / 我今年{v}岁[了] / 我的年龄是{v}岁 / 我(已经|刚满){v}岁[了] / 今年我{v}岁[了] / 我现在{v}岁
记住，我{v}岁 / 我年龄{v}岁
我是{v}岁
- 我现在的年龄是{v}岁 / 说到年龄，我{v}岁
""",
            """
= 你{v}岁。 || {v}岁 || {v}
我(今年|)(几岁|多大|多少岁)[了] / 我的年龄是多少 / 你(还|)记得我(几岁|多大)吗 / 你知道我(几岁|多大)吗
我刚才说我(几岁|多大)
(请|)告诉我我的年龄 / 还记得我的年龄吗 / 我现在(几岁|多大) / 那我几岁
- 你能说出我的年龄吗 / 我到底多大了
""",
        ),
        "job": (
            """
= 原来你是{v}，辛苦了！
我的(工作|职业)是{v} / 我是一名{v} / 我是个{v} / 我当{v} / 我在做{v} / 我的工作是当{v} / 记住，我是一名{v}
我做{v}的工作 / 我做{v}
我的职业是当{v} / 我现在是{v}，这是我的工作
- 说到工作，我是一名{v} / 我现在的职业是{v}
""",
            """
= 你的工作是{v}。 || {v} || 你是{v}。 || 你是一名{v}。
我的(工作|职业)是什么 / 我是做什么(工作|)的 / 我(做|从事)什么工作 / 你(还|)记得我的(工作|职业)吗
你知道我(的工作|是做什么的)吗
我刚才说我的(工作|职业)是什么 / (请|)告诉我我的(工作|职业) / 还记得我(是|)做什么(工作|的)吗
- 你能说出我的职业吗 / 我现在做的是什么工作
""",
        ),
    },
}
"""Each preference, as `NAME` has the name."""

UNKNOWN = {"en": "You have not told me.", "zh": "你还没有告诉我。"}
