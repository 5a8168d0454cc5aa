"""Facts in both languages: families that share their wordings, and single ones with wordings of their own.

The tables are read by `tuning.talk.tables`. A family's row has its English slots {x}, {y}, {z} and then the Chinese
ones, separated by "; "; "a|b" in a slot is the word to learn and another that counts as right.
"""

from __future__ import annotations

FAMILIES: tuple[tuple[str, str], ...] = (
    (
        """
= The symbol of {x} is {y}. || {y}
What is the [chemical] symbol (of|for) {x} / (Tell me|Give me) the [chemical] symbol (of|for) {x}
Which [chemical] symbol (does {x} have|stands for {x}) / [The] chemical symbol (of|for) {x}
How (is|do you write) {x} [written] as a chemical symbol
- Do you know the chemical symbol for {x}
= {x}的元素符号是{y}。 || {y}
{x}的[化学|元素]符号是什么 / {x}的元素符号[怎么写|是哪个] / (请|)告诉我{x}的(化学|元素)符号
{x}元素用什么(符号|字母)表示 / 写出{x}的(元素|化学)符号
- 你知道{x}的元素符号吗
""",
        """
gold; Au; 金; Au / silver; Ag; 银; Ag / iron; Fe; 铁; Fe / copper; Cu; 铜; Cu / oxygen; O; 氧; O / carbon; C; 碳; C
hydrogen; H; 氢; H / nitrogen; N; 氮; N / helium; He; 氦; He / sodium; Na; 钠; Na / lead; Pb; 铅; Pb
calcium; Ca; 钙; Ca
""",
    ),
    (
        """
= {X} says {y}. || {y}
What does {x} say / (What|Which) sound does {x} make / How does {x} sound / (Tell me|What is) the sound of {x}
- Which noise does {x} make / What sound comes from {x}
= {x}的叫声是{y}。 || {y}
{x}(怎么叫|怎样叫|是怎么叫的) / {x}的叫声是什么[样的] / {x}(会|)发出什么(声音|叫声) / {x}叫起来是什么声音
- 告诉我{x}是怎样叫的 / {x}叫的声音是什么
""",
        """
a dog; woof; 狗; 汪汪 / a cat; meow; 猫; 喵喵 / a sheep; baa; 羊; 咩咩 / a duck; quack; 鸭子; 嘎嘎
a frog; croak; 青蛙; 呱呱 / a cow; moo; 牛; 哞哞 / a bee; buzz; 蜜蜂; 嗡嗡
a rooster; cock-a-doodle-doo; 公鸡; 喔喔
""",
    ),
    (
        """
= {X} has {y} legs. || {y}
How many legs does {x} have / How many legs has {x} (got|) / (Tell me|What is) the number of legs of {x}
On how many legs does {x} (walk|stand) / {x}: how many legs / Number of legs of {x}
- Do you know how many legs {x} has
= {x}有{y}条腿。 || {y}条 || {y}
{x}有(几|多少)(条|只)(腿|脚) / {x}(一共|总共)有(几|多少)条腿 / {x}(长着|长了)(几|多少)条腿 / {x}几条腿
{x}的腿有(几|多少)条
- 你知道{x}有几条腿吗 / {x}到底有多少条腿
""",
        """
a dog; 4; 狗; 4 / a cat; 4; 猫; 4 / a spider; 8; 蜘蛛; 8 / an ant; 6; 蚂蚁; 6 / a bee; 6; 蜜蜂; 6
a butterfly; 6; 蝴蝶; 6 / a bird; 2; 鸟; 2 / a chicken; 2; 鸡; 2 / a snake; 0; 蛇; 0 / a crab; 10; 螃蟹; 10
a horse; 4; 马; 4 / a cow; 4; 牛; 4 / a fly; 6; 苍蝇; 6 / an elephant; 4; 大象; 4
""",
    ),
    (
        """
= {X} has {y} {z}. || {y} {z} || {y}
How many {z} (are [there] in|has|make) {x} / How many {z} does {x} have / {X} (has|is) how many {z}
(Tell me|What is) the number of {z} in {x} / How many {z} [are] in {x}
- Do you know how many {z} {x} has / How many {z} do you need for {x}
= {x}有{y}{z}。 || {y}{z} || {y}
{x}有(多少|几){z} / {x}(是|等于)(多少|几){z} / {x}(一共|总共)有多少{z} / (请|)告诉我{x}有(多少|几){z}
多少{z}是{x}
- 你知道{x}是多少{z}吗 / 说说{x}有多少{z}
""",
        """
a kilometre; 1000; metres; 一公里; 1000; 米 / a metre; 100; centimetres; 一米; 100; 厘米
a centimetre; 10; millimetres; 一厘米; 10; 毫米 / a kilogram; 1000; grams; 一公斤; 1000; 克
a tonne; 1000; kilograms; 一吨; 1000; 公斤 / a litre; 1000; millilitres; 一升; 1000; 毫升
a minute; 60; seconds; 一分钟; 60; 秒 / an hour; 60; minutes; 一小时; 60; 分钟 / a day; 24; hours; 一天; 24; 小时
a week; 7; days; 一周; 7; 天 / a year; 12; months; 一年; 12; 个月 / a century; 100; years; 一个世纪; 100; 年
a decade; 10; years; 一个年代; 10; 年 / a leap year; 366; days; 闰年; 366; 天 / a normal year; 365; days; 平年; 365; 天
a foot; 12; inches; 一英尺; 12; 英寸 / a yard; 3; feet; 一码; 3; 英尺 / a byte; 8; bits; 一个字节; 8; 位
half an hour; 30; minutes; 半小时; 30; 分钟 / a quarter of an hour; 15; minutes; 一刻钟; 15; 分钟
a millennium; 1000; years; 一千年; 10; 个世纪 / half a day; 12; hours; 半天; 12; 小时
""",
    ),
    (
        """
= {Y} is the {x} planet from the Sun. || {y}
(Which|What) is the {x} planet from the Sun / (Which|What) planet is {x} from the Sun
(Name|Tell me) the {x} planet (from the Sun|of our solar system) / What is the name of the {x} planet from the Sun
- What do we call the {x} planet from the Sun
= 离太阳第{x}近的行星是{y}。 || {y}
离太阳第{x}近的行星是(什么|哪个|哪颗) / 太阳系第{x}颗行星是(什么|哪个|哪颗)
从太阳数起第{x}颗行星(是什么|是哪颗|叫什么)
(请|)告诉我太阳系的第{x}颗行星
- 太阳系里排第{x}的行星是哪颗
""",
        """
first; Mercury; 一; 水星 / second; Venus; 二; 金星 / third; Earth|the Earth; 三; 地球 / fourth; Mars; 四; 火星
fifth; Jupiter; 五; 木星 / sixth; Saturn; 六; 土星 / seventh; Uranus; 七; 天王星 / eighth; Neptune; 八; 海王星
""",
    ),
    (
        """
= {Y} {z} {x}. || {y}
Who {z} {x} / (Tell me|Do you know) who {z} {x} / What is the name of the person who {z} {x} / {X}: who {z} it
- Which person {z} {x} / Can you tell me who {z} {x}
= {z}{x}的是{y}。 || {y}
(谁|是谁){z}了{x} / {x}是谁{z}的 / {x}是(什么人|哪个人){z}的 / (请|)告诉我谁{z}了{x} / {z}{x}的(人|)是谁
- 你知道{x}是谁{z}的吗 / {z}{x}的人叫什么名字
""",
        """
the World Wide Web; Tim Berners-Lee; invented; 万维网; 蒂姆·伯纳斯-李|伯纳斯-李; 发明
dynamite; Alfred Nobel|Nobel; invented; 炸药; 诺贝尔; 发明 / Linux; Linus Torvalds; created; Linux; 林纳斯·托瓦兹; 创造
Git; Linus Torvalds; created; Git; 林纳斯·托瓦兹; 创造
the Python language; Guido van Rossum; created; Python 语言; 吉多·范罗苏姆; 创造
the C language; Dennis Ritchie; created; C 语言; 丹尼斯·里奇; 创造
the Java language; James Gosling; created; Java 语言; 詹姆斯·高斯林; 创造
the C++ language; Bjarne Stroustrup; created; C++ 语言; 本贾尼·斯特劳斯特鲁普; 创造
penicillin; Alexander Fleming|Fleming; discovered; 青霉素; 弗莱明; 发现
X-rays; Wilhelm Röntgen|Röntgen; discovered; X 射线; 伦琴; 发现
radium; Marie and Pierre Curie|Marie Curie; discovered; 镭; 居里夫妇|居里夫人; 发现
the law of gravity; Isaac Newton|Newton; discovered; 万有引力; 牛顿; 发现
the theory of relativity; Albert Einstein|Einstein; created; 相对论; 爱因斯坦; 创立
the theory of evolution; Charles Darwin|Darwin; created; 进化论; 达尔文; 创立
basketball; James Naismith|Naismith; invented; 篮球; 奈史密斯; 发明
the periodic table; Dmitri Mendeleev|Mendeleev; created; 元素周期表; 门捷列夫; 创造
the magic cube; Ernő Rubik|Rubik; invented; 魔方; 鲁比克; 发明
writing for blind people; Louis Braille|Braille; invented; 盲文; 布莱叶; 发明
""",
    ),
    (
        """
= {Y} wrote {x}. || {y}
Who wrote {x} / Who is the (author|writer) of {x} / {X} was written by (whom|which author) / By whom is {x}
(Tell me|Name) the (author|writer) of {x}
- Do you know who wrote {x} / Which author wrote {x}
= {x}的作者是{y}。 || {y}
{x}(是谁写的|的作者是谁|的作者是哪位) / 谁写了{x} / {x}的作者叫什么[名字] / (请|)告诉我{x}的作者 / 写{x}的人是谁
- 你知道{x}是谁写的吗 / {x}是哪位作者写的
""",
        """
Romeo and Juliet; Shakespeare|William Shakespeare; 《罗密欧与朱丽叶》; 莎士比亚
Hamlet; Shakespeare|William Shakespeare; 《哈姆雷特》; 莎士比亚
Harry Potter; J. K. Rowling|Rowling; 《哈利·波特》; 罗琳|J·K·罗琳
War and Peace; Leo Tolstoy|Tolstoy; 《战争与和平》; 托尔斯泰
Don Quixote; Cervantes|Miguel de Cervantes; 《堂吉诃德》; 塞万提斯
The Little Prince; Antoine de Saint-Exupéry|Saint-Exupéry; 《小王子》; 圣埃克苏佩里
Pride and Prejudice; Jane Austen|Austen; 《傲慢与偏见》; 简·奥斯汀|奥斯汀
Oliver Twist; Charles Dickens|Dickens; 《雾都孤儿》; 狄更斯 / Faust; Goethe; 《浮士德》; 歌德
the Divine Comedy; Dante; 《神曲》; 但丁 / Les Misérables; Victor Hugo|Hugo; 《悲惨世界》; 雨果
Dream of the Red Chamber; Cao Xueqin; 《红楼梦》; 曹雪芹
The Old Man and the Sea; Ernest Hemingway|Hemingway; 《老人与海》; 海明威
Alice in Wonderland; Lewis Carroll; 《爱丽丝梦游仙境》; 刘易斯·卡罗尔
Pinocchio; Carlo Collodi; 《木偶奇遇记》; 科洛迪
The Lord of the Rings; J. R. R. Tolkien|Tolkien; 《魔戒》; 托尔金
Sherlock Holmes; Arthur Conan Doyle|Conan Doyle; 《福尔摩斯探案集》; 柯南·道尔
The Little Mermaid; Hans Christian Andersen|Andersen; 《海的女儿》; 安徒生
The Ugly Duckling; Hans Christian Andersen|Andersen; 《丑小鸭》; 安徒生
Quiet Night Thought; Li Bai; 《静夜思》; 李白 / Rickshaw Boy; Lao She; 《骆驼祥子》; 老舍
The True Story of Ah Q; Lu Xun; 《阿Q正传》; 鲁迅
""",
    ),
    (
        """
= {Y} {z} {x}. || {y}
Who {z} {x} / (Tell me|Do you know) who {z} {x} / {X} is by (whom|which artist) / Which artist {z} {x}
What is the name of the artist who {z} {x}
- {X}: which artist {z} it / By which artist is {x}
= {x}的作者是{y}。 || {y}
{x}是谁{z}的 / 谁{z}了{x} / {x}的作者是(谁|哪位) / (请|)告诉我谁{z}了{x} / {x}是(哪位|哪个)艺术家{z}的
- 你知道{x}是谁{z}的吗 / {z}{x}的艺术家是谁
""",
        """
the Mona Lisa; Leonardo da Vinci|Leonardo|da Vinci; painted; 《蒙娜丽莎》; 达·芬奇|达芬奇; 画
The Last Supper; Leonardo da Vinci|Leonardo|da Vinci; painted; 《最后的晚餐》; 达·芬奇|达芬奇; 画
The Starry Night; Vincent van Gogh|van Gogh; painted; 《星夜》; 梵高; 画
The Scream; Edvard Munch|Munch; painted; 《呐喊》这幅画; 蒙克; 画
Guernica; Pablo Picasso|Picasso; painted; 《格尔尼卡》; 毕加索; 画
Girl with a Pearl Earring; Vermeer; painted; 《戴珍珠耳环的少女》; 维米尔; 画
Water Lilies; Claude Monet|Monet; painted; 《睡莲》; 莫奈; 画
the Moonlight Sonata; Beethoven; composed; 《月光奏鸣曲》; 贝多芬; 创作
the Ode to Joy; Beethoven; composed; 《欢乐颂》; 贝多芬; 创作
Swan Lake; Tchaikovsky; composed; 《天鹅湖》; 柴可夫斯基; 创作
The Nutcracker; Tchaikovsky; composed; 《胡桃夹子》; 柴可夫斯基; 创作
The Magic Flute; Mozart; composed; 《魔笛》; 莫扎特; 创作
The Four Seasons; Vivaldi; composed; 《四季》; 维瓦尔第; 创作
Carmen; Georges Bizet|Bizet; composed; 《卡门》; 比才; 创作
""",
    ),
    (
        """
= {X} is in {y}. || {y}
(Which|What) continent is {x} (in|on|part of) / On (which|what) continent is {x} / {X} is (in|on) which continent
In which part of the world is {x} / To which continent does {x} belong / Tell me the continent of {x}
- What continent does {x} belong to
= {x}在{y}。 || {y}
{x}(在|位于|属于)(哪个|哪一个|什么)(洲|大洲|大陆) / {x}是哪个洲的国家 / (请|)告诉我{x}在哪个洲 / {x}在世界的哪个洲
- 你知道{x}属于哪个大洲吗
""",
        """
China; Asia; 中国; 亚洲 / Japan; Asia; 日本; 亚洲 / India; Asia; 印度; 亚洲 / Thailand; Asia; 泰国; 亚洲
Vietnam; Asia; 越南; 亚洲 / South Korea; Asia; 韩国; 亚洲 / France; Europe; 法国; 欧洲 / Germany; Europe; 德国; 欧洲
Italy; Europe; 意大利; 欧洲 / Spain; Europe; 西班牙; 欧洲 / Poland; Europe; 波兰; 欧洲 / Sweden; Europe; 瑞典; 欧洲
Greece; Europe; 希腊; 欧洲 / Egypt; Africa; 埃及; 非洲 / Kenya; Africa; 肯尼亚; 非洲 / Nigeria; Africa; 尼日利亚; 非洲
South Africa; Africa; 南非; 非洲 / Ethiopia; Africa; 埃塞俄比亚; 非洲 / Brazil; South America; 巴西; 南美洲
Argentina; South America; 阿根廷; 南美洲 / Peru; South America; 秘鲁; 南美洲 / Chile; South America; 智利; 南美洲
Canada; North America; 加拿大; 北美洲 / Mexico; North America; 墨西哥; 北美洲
the United States; North America; 美国; 北美洲
""",
    ),
    (
        """
= People in {x} pay with the {y}. || {y} || the {y}
(What|Which) (currency|money) (is used|do people use|do they use) in {x} / (What|Which) is the currency of {x}
(How|With what) do people pay in {x} / Tell me the (currency|money) of {x} / [The] currency of {x}
With which (currency|money) do you pay in {x}
- What money do people have in {x} / Do you know the currency of {x}
= {x}的货币是{y}。 || {y}
{x}(用|使用)什么(货币|钱) / {x}的(货币|钱)(是什么|叫什么) / 在{x}(花|用|付)什么钱 / (请|)告诉我{x}的货币
{x}人用什么(货币|钱)
- 你知道{x}的货币是什么吗 / 去{x}要用什么货币
""",
        """
Japan; yen; 日本; 日元 / China; yuan; 中国; 人民币 / Britain; pound; 英国; 英镑 / the United States; dollar; 美国; 美元
Germany; euro; 德国; 欧元 / France; euro; 法国; 欧元 / Italy; euro; 意大利; 欧元 / Spain; euro; 西班牙; 欧元
India; rupee; 印度; 卢比 / Russia; rouble|ruble; 俄罗斯; 卢布 / Switzerland; franc; 瑞士; 瑞士法郎|法郎
Mexico; peso; 墨西哥; 比索 / South Korea; won; 韩国; 韩元 / Thailand; baht; 泰国; 泰铢 / Brazil; real; 巴西; 雷亚尔
Turkey; lira; 土耳其; 里拉
""",
    ),
    (
        """
= People in {x} speak {y}. || {y}
(What|Which) language (do people|do they) speak in {x} / (What|Which) language is spoken in {x}
(What|Which) is the [main] language (of|in) {x} / Tell me the language of {x} / {X}: which language do they speak there
- Do you know which language people speak in {x} / What do people speak in {x}
= {x}人说{y}。 || {y}
{x}(人|)(说|讲)什么(语言|话) / 在{x}(说|讲)什么(语言|话) / {x}的(主要|)语言是什么 / (请|)告诉我{x}人说什么语言
{x}人(说|讲)哪种语言
- 你知道{x}人讲什么语言吗 / {x}用的是什么语言
""",
        """
France; French; 法国; 法语 / Germany; German; 德国; 德语 / Japan; Japanese; 日本; 日语
Italy; Italian; 意大利; 意大利语
Brazil; Portuguese; 巴西; 葡萄牙语 / Portugal; Portuguese; 葡萄牙; 葡萄牙语 / Mexico; Spanish; 墨西哥; 西班牙语
Spain; Spanish; 西班牙; 西班牙语 / Argentina; Spanish; 阿根廷; 西班牙语 / Egypt; Arabic; 埃及; 阿拉伯语
Russia; Russian; 俄罗斯; 俄语 / Austria; German; 奥地利; 德语 / Australia; English; 澳大利亚; 英语
South Korea; Korean; 韩国; 韩语 / China; Chinese; 中国; 中文|汉语 / Poland; Polish; 波兰; 波兰语
Greece; Greek; 希腊; 希腊语 / Sweden; Swedish; 瑞典; 瑞典语 / Thailand; Thai; 泰国; 泰语
Vietnam; Vietnamese; 越南; 越南语
Turkey; Turkish; 土耳其; 土耳其语
""",
    ),
    (
        """
= {X} is in {y}. || {y}
Where is {x} / Where (can I find|do I find|can you see) {x} / In which (place|city or country) is {x}
(Tell me|Do you know) where {x} is / {X}: where is it / Where in the world is {x} / Where does {x} stand
- In which place can I see {x} / Where can people visit {x}
= {x}在{y}。 || {y}
{x}在(哪里|哪儿|哪|什么地方) / {x}位于(哪里|什么地方) / (请|)告诉我{x}在哪里 / 在哪里(能|可以)看到{x} / 哪里有{x}
- 你知道{x}在什么地方吗 / 要看{x}得去哪里
""",
        """
the Eiffel Tower; Paris; 埃菲尔铁塔; 巴黎 / the Colosseum; Rome; 罗马斗兽场; 罗马 / Big Ben; London; 大本钟; 伦敦
the Statue of Liberty; New York; 自由女神像; 纽约 / the Great Wall; China; 长城; 中国
the Taj Mahal; India; 泰姬陵; 印度 / the Forbidden City; Beijing; 故宫; 北京 / Red Square; Moscow; 红场; 莫斯科
the Brandenburg Gate; Berlin; 勃兰登堡门; 柏林 / the Sydney Opera House; Sydney; 悉尼歌剧院; 悉尼
the Golden Gate Bridge; San Francisco; 金门大桥; 旧金山 / Mount Fuji; Japan; 富士山; 日本
Machu Picchu; Peru; 马丘比丘; 秘鲁 / the Terracotta Army; Xi'an; 兵马俑; 西安 / the Louvre; Paris; 卢浮宫; 巴黎
the Acropolis; Athens; 雅典卫城; 雅典 / West Lake; Hangzhou; 西湖; 杭州 / the Bund; Shanghai; 外滩; 上海
the Potala Palace; Lhasa; 布达拉宫; 拉萨 / the Sagrada Família; Barcelona; 圣家堂; 巴塞罗那
the Great Sphinx; Egypt; 狮身人面像; 埃及 / the Temple of Heaven; Beijing; 天坛; 北京
""",
    ),
    (
        """
= {x} means {y}. || {y}
What (does|do) {x} (mean|stand for) / What is [the meaning of] {x} / Explain {x} / {x} stands for what
[What is] the full name of {x} / (Tell me|Do you know) what {x} (means|stands for)
- What is {x} short for / Which words are behind {x}
= {x}的意思是{y}。 || {y}
{x}是什么[意思] / {x}(代表|表示)什么 / 什么是{x} / {x}的(意思|全称|中文)是什么 / (请|)告诉我{x}的意思 / 解释一下{x}
- 你知道{x}的意思吗 / {x}是什么的缩写
""",
        """
CPU; central processing unit; CPU; 中央处理器 / GPU; graphics processing unit; GPU; 图形处理器
RAM; random access memory; RAM; 随机存取存储器|内存 / AI; artificial intelligence; AI; 人工智能
WWW; World Wide Web; WWW; 万维网 / HTML; hypertext markup language; HTML; 超文本标记语言
PDF; portable document format; PDF; 便携式文档格式 / URL; uniform resource locator; URL; 统一资源定位符|网址
USB; universal serial bus; USB; 通用串行总线 / API; application programming interface; API; 应用程序接口
HTTP; hypertext transfer protocol; HTTP; 超文本传输协议 / SQL; structured query language; SQL; 结构化查询语言
LED; light-emitting diode; LED; 发光二极管 / LLM; large language model; LLM; 大语言模型
OCR; optical character recognition; OCR; 光学字符识别 / GPS; global positioning system; GPS; 全球定位系统
UFO; unidentified flying object; UFO; 不明飞行物 / VR; virtual reality; VR; 虚拟现实
UN; United Nations; UN; 联合国 / WHO; World Health Organization; WHO; 世界卫生组织
EU; European Union; EU; 欧盟|欧洲联盟
""",
    ),
    (
        """
= {X} has {y} {z}. || {y} {z} || {y}
How many {z} does {x} have / How many {z} (has {x}|are there (in|on) {x}|belong to {x})
(Tell me|What is) the number of {z} of {x} / [The] number of {z} of {x} / {X} has how many {z}
- Do you know how many {z} {x} has / How many {z} do we find on {x}
= {x}有{y}{z}。 || {y}{z} || {y}
{x}有(几|多少){z} / {x}(一共|总共)有(几|多少){z} / (请|)告诉我{x}有(几|多少){z} / {x}里有(几|多少){z}
{x}(是|)有(几|多少){z}(呢|的)
- 你知道{x}有多少{z}吗 / {x}到底有几{z}
""",
        """
a guitar; 6; strings; 吉他; 6; 根弦 / a violin; 4; strings; 小提琴; 4; 根弦 / a piano; 88; keys; 钢琴; 88; 个键
a football team; 11; players; 一支足球队场上; 11; 名队员 / a basketball team; 5; players; 一支篮球队场上; 5; 名队员
a volleyball team; 6; players; 一支排球队场上; 6; 名队员 / a chess board; 64; squares; 国际象棋棋盘; 64; 个格子
a chess game; 32; pieces; 一副国际象棋; 32; 个棋子 / a dice; 6; faces; 骰子; 6; 个面
a cube; 6; faces; 正方体; 6; 个面
a cube; 12; edges; 正方体; 12; 条棱 / a cube; 8; corners; 正方体; 8; 个角
the human body; 206; bones; 成年人; 206; 块骨头
an adult; 32; teeth; 一个成年人; 32; 颗牙齿 / a person; 10; fingers; 一个人; 10; 根手指
a hand; 5; fingers; 一只手; 5; 根手指 / the heart; 4; chambers; 心脏; 4; 个腔 / Mars; 2; moons; 火星; 2; 颗卫星
the Earth; 7; continents; 地球; 7; 个大洲 / the Earth; 5; oceans; 地球上; 5; 个大洋
our solar system; 8; planets; 太阳系; 8; 颗行星 / the English alphabet; 26; letters; 英文字母表; 26; 个字母
the rainbow; 7; colors; 彩虹; 7; 种颜色 / the Olympic flag; 5; rings; 奥运会旗; 5; 个环
the flag of China; 5; stars; 中国国旗; 5; 颗星 / the flag of the United States; 50; stars; 美国国旗; 50; 颗星
the flag of the United States; 13; stripes; 美国国旗; 13; 条条纹 / a year; 4; seasons; 一年; 4; 个季节
an octopus; 8; arms; 章鱼; 8; 条腕足 / an octopus; 3; hearts; 章鱼; 3; 颗心脏 / a bicycle; 2; wheels; 自行车; 2; 个轮子
a tricycle; 3; wheels; 三轮车; 3; 个轮子 / a car; 4; wheels; 小汽车; 4; 个轮子
a circle; 360; degrees; 一个圆周; 360; 度
a right angle; 90; degrees; 直角; 90; 度 / the Chinese zodiac; 12; animals; 十二生肖; 12; 种动物
a pentagon; 5; sides; 五边形; 5; 条边 / a hexagon; 6; sides; 六边形; 6; 条边 / an octagon; 8; sides; 八边形; 8; 条边
a rectangle; 4; sides; 长方形; 4; 条边 / a triangle; 3; sides; 三角形; 3; 条边
a football match; 90; minutes; 足球比赛; 90; 分钟
""",
    ),
    (
        """
= {X} is {y}. || {y}
(What|Which) kind of animal is {x} / (What|Which) (class|group) of animals does {x} belong to
{X} is what kind of animal
(Tell me|Do you know) what kind of animal {x} is / To which (group|class) [of animals] does {x} belong
- What type of animal is {x} / Into which class of animals does {x} go
= {x}是{y}。 || {y}
{x}(是|属于)(什么|哪类|哪种)动物 / {x}是哪一(类|种)动物 / (请|)告诉我{x}是什么动物 / {x}属于哪一类
- 你知道{x}属于什么动物吗 / {x}算哪种动物
""",
        """
a whale; a mammal|mammal; 鲸鱼; 哺乳动物 / a dolphin; a mammal|mammal; 海豚; 哺乳动物
a bat; a mammal|mammal; 蝙蝠; 哺乳动物
a kangaroo; a mammal|mammal; 袋鼠; 哺乳动物 / an elephant; a mammal|mammal; 大象; 哺乳动物
a shark; a fish|fish; 鲨鱼; 鱼类|鱼
a salmon; a fish|fish; 三文鱼; 鱼类|鱼 / a penguin; a bird|bird; 企鹅; 鸟类|鸟 / an eagle; a bird|bird; 老鹰; 鸟类|鸟
an ostrich; a bird|bird; 鸵鸟; 鸟类|鸟 / a frog; an amphibian|amphibian; 青蛙; 两栖动物
a snake; a reptile|reptile; 蛇; 爬行动物 / a crocodile; a reptile|reptile; 鳄鱼; 爬行动物
a turtle; a reptile|reptile; 乌龟; 爬行动物 / a spider; an arachnid|arachnid; 蜘蛛; 蛛形动物
a bee; an insect|insect; 蜜蜂; 昆虫 / a butterfly; an insect|insect; 蝴蝶; 昆虫 / an ant; an insect|insect; 蚂蚁; 昆虫
""",
    ),
    (
        """
= {X} is made from {y}. || {y} || from {y}
What is {x} made (of|from) / (From|Of) what is {x} made / What do (people|we|you) make {x} (of|from)
(Tell me|Do you know) what {x} is made (of|from) / What does one need to make {x}
- Which thing do we need to make {x} / What goes into {x}
= {x}是用{y}做的。 || {y} || 用{y}做的
{x}是(用什么|什么|拿什么)做的 / {x}(用|拿)什么(做|做成) / {x}的原料是什么 / (请|)告诉我{x}是用什么做的
做{x}(需要|用)什么
- 你知道{x}是用什么做的吗 / {x}用的原料是什么
""",
        """
bread; flour; 面包; 面粉 / cheese; milk; 奶酪; 牛奶 / butter; milk; 黄油; 牛奶 / wine; grapes; 葡萄酒; 葡萄
chocolate; cocoa beans|cocoa; 巧克力; 可可豆 / tofu; soybeans|soya beans; 豆腐; 黄豆|大豆 / paper; wood; 纸; 木头|木材
glass; sand; 玻璃; 沙子 / olive oil; olives; 橄榄油; 橄榄 / yoghurt; milk; 酸奶; 牛奶 / popcorn; corn; 爆米花; 玉米
soy sauce; soybeans|soya beans; 酱油; 黄豆|大豆 / silk; silkworm threads; 丝绸; 蚕丝
mashed potato; potatoes; 土豆泥; 土豆
""",
    ),
    (
        """
= {Y} is the {x}. || {y}
(What|Which) is the {x} / (Name|Tell me) the {x} / What is the name of the {x} / [Can you tell me] the {x}
- Do you know the {x} / What do we call the {x}
= {x}是{y}。 || {y}
{x}是(什么|哪个|哪一个) / {x}叫什么[名字] / (哪个|什么)是{x} / (请|)告诉我{x} / {x}的名字是什么
- 你知道{x}是什么吗 / 说出{x}
""",
        """
largest planet; Jupiter; 最大的行星; 木星 / smallest planet; Mercury; 最小的行星; 水星
hottest planet; Venus; 最热的行星; 金星
largest ocean; the Pacific Ocean|the Pacific|Pacific; 最大的海洋; 太平洋
smallest ocean; the Arctic Ocean; 最小的大洋; 北冰洋
highest mountain; Mount Everest|Everest; 世界最高的山; 珠穆朗玛峰|珠峰
tallest animal; the giraffe|giraffe; 最高的动物; 长颈鹿
largest animal; the blue whale|blue whale; 最大的动物; 蓝鲸
fastest land animal; the cheetah|cheetah; 跑得最快的动物; 猎豹
largest land animal; the elephant|elephant; 最大的陆地动物; 大象|非洲象
largest bird; the ostrich|ostrich; 最大的鸟; 鸵鸟
smallest bird; the hummingbird|hummingbird; 最小的鸟; 蜂鸟
fastest bird; the peregrine falcon|falcon; 飞得最快的鸟; 游隼
largest country; Russia; 面积最大的国家; 俄罗斯 / smallest country; Vatican City|the Vatican; 最小的国家; 梵蒂冈
largest continent; Asia; 最大的洲; 亚洲 / smallest continent; Australia; 最小的大陆; 澳大利亚|澳洲
largest hot desert; the Sahara|Sahara; 最大的炎热沙漠; 撒哈拉沙漠|撒哈拉
deepest lake; Lake Baikal|Baikal; 最深的湖; 贝加尔湖
deepest ocean; the Pacific Ocean|the Pacific|Pacific; 最深的海洋; 太平洋
largest island; Greenland; 最大的岛; 格陵兰岛|格陵兰
largest rainforest; the Amazon|Amazon; 最大的雨林; 亚马孙雨林 / highest waterfall; Angel Falls; 最高的瀑布; 安赫尔瀑布
hardest natural material; diamond; 最硬的天然物质; 金刚石|钻石 / lightest element; hydrogen; 最轻的元素; 氢
largest organ of the body; the skin|skin; 人体最大的器官; 皮肤
longest bone of the body; the thigh bone|femur; 人体最长的骨头; 股骨|大腿骨
smallest prime number; 2; 最小的质数; 2 / longest river in China; the Yangtze|Yangtze; 中国最长的河; 长江
longest river in Europe; the Volga|Volga; 欧洲最长的河; 伏尔加河
highest mountain in Africa; Kilimanjaro; 非洲最高的山; 乞力马扎罗山
nearest star to the Earth; the Sun|Sun; 离地球最近的恒星; 太阳 / coldest continent; Antarctica; 最冷的大洲; 南极洲
planet with the great rings; Saturn; 有大光环的行星; 土星 / red planet; Mars; 红色的行星; 火星
king of the animals; the lion|lion; 百兽之王; 狮子
national animal of China; the giant panda|panda; 中国的国宝动物; 大熊猫|熊猫
""",
    ),
    (
        """
= {Y} was the {x}. || {y}
Who was the {x} / (Name|Tell me) the {x} / What is the name of the {x} / What was the {x} called
(Do you know|Tell me) who was the {x}
- Do you know the name of the {x} / Which person was the {x}
= {x}是{y}。 || {y}
{x}是(谁|哪个人|哪位) / {x}叫什么[名字] / 谁是{x} / (请|)告诉我{x}是谁 / {x}的名字是什么
- 你知道{x}是谁吗 / 说出{x}的名字
""",
        """
first emperor of China; Qin Shi Huang; 中国的第一个皇帝; 秦始皇
first man on the Moon; Neil Armstrong|Armstrong; 第一个登上月球的人; 阿姆斯特朗
first man in space; Yuri Gagarin|Gagarin; 第一个进入太空的人; 加加林
first Chinese man in space; Yang Liwei; 第一个进入太空的中国人; 杨利伟
first president of the United States; George Washington|Washington; 美国的第一任总统; 华盛顿
first woman in space; Valentina Tereshkova|Tereshkova; 第一个进入太空的女性; 捷列什科娃
first woman with a Nobel Prize; Marie Curie; 第一个获得诺贝尔奖的女性; 居里夫人
""",
    ),
    (
        """
= {X} {z} in {y}. || {y} || in {y}
(When|In which year|In what year|What year) did {x} (happen|take place|come) / (What is|Tell me) the year of {x}
[The] year of {x} / (When|In which year) was {x} / Do you know the year of {x}
- {X}: what year was it / Which year was {x}
= {x}是在{y}年。 || {y}年 || {y}
{x}是(哪一年|哪年|什么时候|在哪年) / {x}发生在(哪一年|哪年|什么时候) / (哪一年|哪年)(是|发生了){x}
(请|)告诉我{x}的年份
- 你知道{x}是哪一年的事吗 / {x}的年份是多少
""",
        """
the sinking of the Titanic; 1912; was; 泰坦尼克号沉没; 1912; 在
the first Moon landing; 1969; was; 第一次登月; 1969; 在
the start of World War I; 1914; was; 第一次世界大战开始; 1914; 在
the end of World War I; 1918; was; 第一次世界大战结束; 1918; 在
the start of World War II; 1939; was; 第二次世界大战全面爆发; 1939; 在
the end of World War II; 1945; was; 第二次世界大战结束; 1945; 在
the French Revolution; 1789; began; 法国大革命开始; 1789; 在
the fall of the Berlin Wall; 1989; was; 柏林墙倒塌; 1989; 在
the founding of the People's Republic of China; 1949; was; 中华人民共和国成立; 1949; 在
the independence of the United States; 1776; was; 美国独立; 1776; 在
the first voyage of Columbus; 1492; was; 哥伦布第一次到美洲; 1492; 在
the first modern Olympic Games; 1896; were; 第一届现代奥运会; 1896; 在
the Beijing Summer Olympics; 2008; were; 北京夏季奥运会; 2008; 在
the first iPhone; 2007; came; 第一部iPhone发布; 2007; 在 / the start of Wikipedia; 2001; was; 维基百科创立; 2001; 在
the first flight of the Wright brothers; 1903; was; 莱特兄弟第一次飞行; 1903; 在
the AlphaGo match with Lee Sedol; 2016; was; AlphaGo战胜李世石; 2016; 在
the first ChatGPT; 2022; came; ChatGPT发布; 2022; 在 / the Xinhai Revolution; 1911; began; 辛亥革命; 1911; 在
the first flight of a man into space; 1961; was; 人类第一次进入太空; 1961; 在
the return of Hong Kong to China; 1997; was; 香港回归; 1997; 在
the return of Macau to China; 1999; was; 澳门回归; 1999; 在
the Great Fire of London; 1666; was; 伦敦大火; 1666; 在
""",
    ),
    (
        """
= {X} is {y}. || {y}
What is {x} / What (does|do) {x} mean / (Explain|Define) {x} [to me] / (Tell me|Do you know) what {x} is
What is meant by {x} / Can you explain {x} [to me]
- Can you define {x} / What do we call {x}
= {x}是{y}。 || {y}
{x}是什么[意思] / 什么(是|叫){x} / (请|)解释一下{x} / (请|)告诉我什么是{x} / {x}指的是什么 / {x}是什么东西
- 你知道什么是{x}吗 / {x}怎么解释
""",
        """
machine learning; learning rules from data; 机器学习; 让计算机从数据中学习规律
a neural network; a model of many simple connected units; 神经网络; 由许多相连的简单单元组成的模型
an algorithm; a list of steps that solves a problem; 算法; 解决问题的一系列步骤
a pixel; one small dot of a picture; 像素; 图像的一个小点
a token; a small piece of text that a model reads; 词元; 模型读取的一小段文字
a database; an ordered store of data; 数据库; 有组织地存放数据的地方
a browser; a program that shows web pages; 浏览器; 显示网页的程序
an operating system; the program that runs a computer; 操作系统; 管理计算机的程序
a robot; a machine that can do work by itself; 机器人; 能自动工作的机器
open source; software whose code everyone may read and use; 开源; 公开代码、大家可以使用的软件
a galaxy; a huge group of stars; 星系; 由大量恒星组成的系统
a volcano; a mountain that can throw out lava; 火山; 会喷出岩浆的山
a comet; a ball of ice and dust that orbits the Sun; 彗星; 绕太阳运行的冰和尘埃
a glacier; a slow river of ice; 冰川; 缓慢移动的冰河 / an island; land with water all around; 岛屿; 四面环水的陆地
an atom; the smallest part of an element; 原子; 元素的最小单位
a cell; the smallest living part of a body; 细胞; 生物体的基本单位
photosynthesis; how plants make food from light; 光合作用; 植物用光制造养分的过程
a leap year; a year with 366 days; 闰年; 有366天的年份
a prime number; a number divisible only by 1 and itself; 质数; 只能被1和自己整除的数
a noun; a word for a thing or a person; 名词; 表示人或事物的词 / a verb; a word for an action; 动词; 表示动作的词
a fossil; the remains of a very old living thing; 化石; 古代生物的遗迹
the equator; the line around the middle of the Earth; 赤道; 环绕地球中间的线
a vegetarian; a person who eats no meat; 素食者; 不吃肉的人
a thermometer; a tool that measures temperature; 温度计; 测量温度的工具
a compass; a tool that shows north; 指南针; 指示方向的工具
a microscope; a tool that makes tiny things look big; 显微镜; 放大微小物体的工具
a telescope; a tool that shows far things; 望远镜; 观察远处物体的工具
an astronaut; a person who flies into space; 宇航员; 飞往太空的人
""",
    ),
)
"""Each family: its English and Chinese entry, and its rows."""

SINGLES = """
= Water boils at 100 °C. || 100 °C || 100 degrees
(At what temperature|When) does water boil / (What is|Tell me) the boiling point of water / How hot is boiling water
- At how many degrees does water boil
= 水在100℃沸腾。 || 100℃ || 100度
水(在|)(多少度|几度)(沸腾|烧开|会开) / 水的沸点是(多少|几)[度] / (请|)告诉我水的沸点 / 水烧开时是多少度
- 水到几度就会沸腾
= Water freezes at 0 °C. || 0 °C || 0 degrees
(At what temperature|When) does water (freeze|turn to ice) / (What is|Tell me) the freezing point of water
At what temperature does ice melt
- At how many degrees does water freeze
= 水在0℃结冰。 || 0℃ || 0度
水(在|)(多少度|几度)(结冰|会结冰|变成冰) / 水的冰点是(多少|几)[度] / (请|)告诉我水的冰点 / 冰在几度融化
- 水到多少度就会结冰
= Light travels about 300,000 km per second. || 300,000 km per second
How fast is light / What is the speed of light / How fast does light (travel|move|go) / Tell me the speed of light
- Do you know how fast light travels
= 光速约为每秒30万公里。 || 每秒30万公里 || 30万公里每秒
光速是多少 / 光(跑得|传播|)有多快 / 光的速度是多少 / (请|)告诉我光速
- 你知道光的速度有多快吗
= Sound travels about 340 m per second. || 340 m per second
How fast is sound / What is the speed of sound / How fast does sound (travel|move|go) / Tell me the speed of sound
- Do you know how fast sound travels
= 声速约为每秒340米。 || 每秒340米 || 340米每秒
声速是多少 / 声音(跑得|传播|)有多快 / 声音的速度是多少 / (请|)告诉我声速
- 你知道声音的速度有多快吗
= Water is H2O. || H2O
What is the [chemical] formula (of|for) water / How do you write water in chemistry
Tell me the [chemical] formula of water
Which [chemical] formula does water have
- Do you know the chemical formula of water
= 水的化学式是H2O。 || H2O
水的(化学式|分子式)是什么 / 水的(化学式|分子式)怎么写 / (请|)告诉我水的化学式 / 写出水的(化学式|分子式)
- 你知道水的化学式吗
= We breathe in oxygen. || oxygen
Which gas do (we|people|animals) (need to breathe|breathe in) / What do (we|people) breathe in
What gas do we need to live
- Which gas do people need when they breathe
= 人呼吸需要氧气。 || 氧气
人(呼吸|吸气)需要(什么|哪种)气体 / 我们(呼吸|活着)需要什么气体 / 呼吸时需要什么气体 / 人吸入什么气体
- 人类呼吸需要的气体是什么
= Plants take in carbon dioxide. || carbon dioxide || CO2
Which gas do (plants|trees) (take in|need|use) / What gas do (plants|trees) (take in|breathe in) from the air
- What do plants take from the air
= 植物吸收二氧化碳。 || 二氧化碳
植物吸收(什么|哪种)气体 / 树(木|)吸收什么气体 / 植物从空气中吸收什么 / 光合作用需要什么气体
- 植物需要吸收的气体是什么
= Most of the air is nitrogen. || nitrogen
What is (the air|air) mostly made of / Which gas is (the most|most) common in [the] air / What gas is most of the air
- Which gas is air mostly
= 空气中最多的是氮气。 || 氮气
空气(中|里)(最多的|含量最多的)[气体](是什么|是哪种) / 空气(中|里)什么(气体|)最多 / 空气主要由什么组成
- 空气里最多的是哪种气体
= The Sun is a star. || a star || star
What is the Sun / Is the Sun a (star or a planet|planet or a star) / What kind of (thing|object) is the Sun
- Is the Sun a planet or is it a star
= 太阳是一颗恒星。 || 恒星 || 一颗恒星
太阳是什么 / 太阳是(恒星还是行星|行星还是恒星) / 太阳是什么星 / 太阳属于什么天体
- 太阳是一颗什么星
= The Moon goes around the Earth. || the Earth || Earth
(What|Which planet) does the Moon (go|move|travel|turn) around / Around what does the Moon (go|move|turn)
- Around which planet does the Moon travel
= 月球绕着地球转。 || 地球
(月球|月亮)(绕着|围着|绕)(什么|谁)(转|运行) / (月球|月亮)围绕哪个(星球|行星)转
- 月亮是围绕着什么转的
= The Earth goes around the Sun. || the Sun || Sun
What does the Earth (go|move|travel|turn) around / Around what does the Earth (go|move|turn)
Does the Earth go around the Sun or the Sun around the Earth
- Around which star does the Earth travel
= 地球绕着太阳转。 || 太阳
地球(绕着|围着|绕)(什么|谁)(转|运行) / 地球围绕(哪个星球|哪颗星)转 / 地球绕太阳转还是太阳绕地球转
- 地球是围绕着什么转的
= The Earth needs one year to go around the Sun. || one year || a year || 365 days
How long does the Earth (take|need) to go (around|round) the Sun / How long is one trip of the Earth around the Sun
- In how much time does the Earth go around the Sun
= 地球绕太阳一圈要一年。 || 一年 || 365天
地球绕太阳(转|)一(圈|周)(要|需要)(多久|多长时间|多少时间) / 地球多久绕太阳(转|)一(圈|周)
- 地球围着太阳转一圈用多长时间
= The Sun rises in the east. || in the east || east || the east
Where does the Sun (rise|come up) / In which direction does the Sun (rise|come up) / On which side does the Sun rise
- From which direction does the Sun come up
= 太阳从东边升起。 || 东边 || 东方 || 东
太阳(从|)(哪里|哪边|哪个方向|什么方向)升起 / 太阳从哪(边|个方向)出来 / 早上太阳在哪边升起
- 日出在哪个方向
= The Sun sets in the west. || in the west || west || the west
Where does the Sun (set|go down) / In which direction does the Sun (set|go down) / On which side does the Sun set
- At which side does the Sun go down
= 太阳从西边落下。 || 西边 || 西方 || 西
太阳(从|在|)(哪里|哪边|哪个方向|什么方向)落下 / 太阳从哪(边|个方向)下山 / 傍晚太阳在哪边落下
- 日落在哪个方向
= The sky is blue because air scatters blue light. || because air scatters blue light
Why is the sky blue / (Explain|Tell me) why the sky is blue / What makes the sky blue / Why does the sky look blue
- For what reason is the sky blue
= 天空是蓝色的，因为空气散射蓝光。 || 因为空气散射蓝光
天空为什么是蓝色的 / 为什么天[空]是蓝(的|色的) / 天(空|)怎么是蓝色的 / 是什么让天空变蓝
- 天为什么看起来是蓝色的
= The human body is about 37 °C warm. || 37 °C || about 37 °C
(What is|Tell me) the [normal] temperature of (the human body|the body|a human)
How warm is (the human body|the body|a person)
- How many degrees warm is the human body
= 人的正常体温约37℃。 || 37℃ || 37度
人的(正常|)体温是(多少|几)[度] / 正常(人的|)体温是(多少|几)度 / 人体(有|)多少度 / (请|)告诉我人的正常体温
- 一般人的体温是多少度
= The heart pumps blood through the body. || it pumps blood || pumps blood
What does the heart do / What is the heart for / Why do we have a heart / (Tell me|Explain) what the heart does
- What is the job of the heart
= 心脏把血液送到全身。 || 把血液送到全身 || 输送血液
心脏(有什么用|是做什么的|的作用是什么|的功能是什么) / 人为什么要有心脏 / 心脏做什么
- 心脏在身体里做什么
= We breathe with the lungs. || the lungs || lungs || with the lungs
With what do we breathe / Which (organ|part of the body) do we breathe with / What part of the body is for breathing
- Which organ do people use for breathing
= 人用肺呼吸。 || 肺 || 用肺
人用什么(器官|)呼吸 / 我们靠什么器官呼吸 / 呼吸用(哪个|什么)器官 / 哪个器官是用来呼吸的
- 人靠哪个器官来呼吸
= We think with the brain. || the brain || brain || with the brain
With what do we think / Which (organ|part of the body) do we think with / What part of the body is for thinking
- Which organ do people use for thinking
= 人用大脑思考。 || 大脑 || 用大脑
人用什么(器官|)思考 / 我们靠什么器官思考 / 思考用(哪个|什么)器官 / 哪个器官是用来思考的
- 人靠哪个器官来思考
= Bees make honey. || bees || the bee
(Who|Which animal|Which insect|What animal) makes honey / Where does honey come from / By which animal is honey made
- What insect do we get honey from
= 蜂蜜是蜜蜂酿的。 || 蜜蜂
(谁|什么动物|什么昆虫|哪种昆虫)(会|)(酿|做|产)蜂蜜 / 蜂蜜(是|)(从哪里来|哪里来)的 / 蜂蜜是谁(酿|做)的
- 蜂蜜是什么昆虫酿出来的
= Pandas eat bamboo. || bamboo
What do [giant] pandas eat / What does a [giant] panda eat / What is the food of (pandas|a panda)
What do pandas like to eat
- Which plant do pandas eat
= 大熊猫吃竹子。 || 竹子
(大|)熊猫(吃什么|喜欢吃什么|爱吃什么) / (大|)熊猫的食物是什么 / (大|)熊猫以什么为食
- 大熊猫吃的是什么植物
= A frog's young is called a tadpole. || tadpole || a tadpole
What is a (young|baby) frog [called] / What do we call a (young|baby) frog / What is the young of a frog called
- What name has the baby of a frog
= 青蛙小时候叫蝌蚪。 || 蝌蚪
青蛙小时候(叫什么|是什么) / 小青蛙叫什么 / 青蛙的(幼体|宝宝)(叫什么|是什么) / 什么会长成青蛙
- 青蛙在小时候是什么样的动物
= A caterpillar becomes a butterfly. || a butterfly || butterfly
What does a caterpillar (become|turn into|grow into) / What will a caterpillar (become|be)
Into what does a caterpillar turn
- Which animal does a caterpillar become
= 毛毛虫会变成蝴蝶。 || 蝴蝶
毛毛虫(会|)(变成|长成)什么 / 毛毛虫长大(后|)(变成什么|是什么) / 毛毛虫最后变成什么
- 毛毛虫以后会变成什么动物
= Blue and yellow make green. || green
What (do|does) (blue and yellow|yellow and blue) (make|give) / (Mix|What if I mix) (blue and yellow|yellow and blue)
Which color do I get from (blue and yellow|yellow and blue)
- What color do blue and yellow give when mixed
= 蓝色加黄色是绿色。 || 绿色
(蓝色和黄色|黄色和蓝色)(混合|混在一起|)(是|变成|得到)什么(颜色|色) / (蓝色加黄色|黄色加蓝色)(是|变成|等于)什么颜色
- 把蓝色和黄色混起来是什么颜色
= Red and yellow make orange. || orange
What (do|does) (red and yellow|yellow and red) (make|give) / (Mix|What if I mix) (red and yellow|yellow and red)
Which color do I get from (red and yellow|yellow and red)
- What color do red and yellow give when mixed
= 红色加黄色是橙色。 || 橙色
(红色和黄色|黄色和红色)(混合|混在一起|)(是|变成|得到)什么(颜色|色) / (红色加黄色|黄色加红色)(是|变成|等于)什么颜色
- 把红色和黄色混起来是什么颜色
= Red and blue make purple. || purple
What (do|does) (red and blue|blue and red) (make|give) / (Mix|What if I mix) (red and blue|blue and red)
Which color do I get from (red and blue|blue and red)
- What color do red and blue give when mixed
= 红色加蓝色是紫色。 || 紫色
(红色和蓝色|蓝色和红色)(混合|混在一起|)(是|变成|得到)什么(颜色|色) / (红色加蓝色|蓝色加红色)(是|变成|等于)什么颜色
- 把红色和蓝色混起来是什么颜色
= Black and white make grey. || grey || gray
What (do|does) (black and white|white and black) (make|give) / (Mix|What if I mix) (black and white|white and black)
Which color do I get from (black and white|white and black)
- What color do black and white give when mixed
= 黑色加白色是灰色。 || 灰色
(黑色和白色|白色和黑色)(混合|混在一起|)(是|变成|得到)什么(颜色|色) / (黑色加白色|白色加黑色)(是|变成|等于)什么颜色
- 把黑色和白色混起来是什么颜色
= Pi is about 3.14. || 3.14 || about 3.14 || 3.14159
What is [the value of] pi / How (big|large) is pi / (Tell me|Give me) [the value of] pi / What number is pi
- Do you know the value of pi
= 圆周率约等于3.14。 || 3.14 || 约3.14 || 3.14159
圆周率是(多少|几) / 圆周率(约|大约)(等于|是)多少 / π(是|等于)(多少|几) / (请|)告诉我圆周率(的值|是多少)
- 你知道圆周率等于多少吗
= The angles of a triangle add up to 180 degrees. || 180 degrees || 180
What is the sum of the angles (of|in) a triangle
How many degrees (do|are) the angles of a triangle [add up to|together]
- To how many degrees do the angles of a triangle add up
= 三角形的内角和是180度。 || 180度 || 180
三角形(的|)内角和(是|等于)(多少|几)[度] / 三角形三个角(加起来|的和)是(多少|几)度 / (请|)告诉我三角形的内角和
- 三角形的三个内角加在一起是多少度
= Computers work with zeros and ones. || zeros and ones || 0 and 1
(What|Which) (digits|numbers) does a computer (use|work with) / What numbers do computers use inside
Which digits are in binary
- With which two digits does a computer work
= 计算机使用0和1。 || 0和1
(计算机|电脑)(使用|用)(什么|哪些|哪两个)数字 / 二进制(有|用)(哪些|哪两个|什么)数字 / (计算机|电脑)内部用什么数字
- 计算机里用的是哪两个数字
= Tea comes from China. || China || from China
Where does tea come from / (Which|What) country does tea come from / From which country (is|comes) tea
Where was tea first drunk
- In which country did people first drink tea
= 茶起源于中国。 || 中国
茶(起源于|来自)(哪里|哪个国家) / 茶是(哪里|哪个国家)来的 / 茶(最早|)(是|)从哪(里|个国家)来的 / 哪个国家最早喝茶
- 最早喝茶的是哪个国家
= Pizza comes from Italy. || Italy || from Italy
Where does pizza come from / (Which|What) country does pizza come from / From which country (is|comes) pizza
Where was pizza first made
- In which country did people first make pizza
= 比萨来自意大利。 || 意大利
(比萨|披萨)(来自|起源于)(哪里|哪个国家) / (比萨|披萨)是(哪里|哪个国家)(来的|的食物) / 哪个国家最早做(比萨|披萨)
- 最早做披萨的是哪个国家
= Sushi comes from Japan. || Japan || from Japan
Where does sushi come from / (Which|What) country does sushi come from / From which country (is|comes) sushi
Where was sushi first made
- In which country did people first make sushi
= 寿司来自日本。 || 日本
寿司(来自|起源于)(哪里|哪个国家) / 寿司是(哪里|哪个国家)(来的|的食物) / 哪个国家最早做寿司
- 最早做寿司的是哪个国家
= The Olympic Games take place every four years. || every four years || every 4 years || four years
How often (are|do we have) the [Summer] Olympic Games / (How often|When) do the Olympic Games take place
Every how many years are the Olympic Games
- After how many years do the Olympic Games come again
= 奥运会每四年举行一次。 || 四年 || 每四年一次 || 4年
奥运会(多久|几年|每几年)(举行|举办|开|)一次 / (夏季|)奥运会隔几年(举行|举办)[一次] / 多少年有一次奥运会
- 奥运会要过几年再举办一次
= The first month of the year is January. || January
(What|Which) is the first month [of the year] / (Name|Tell me) the first month of the year
With which month does the year begin
- What month starts the year
= 一年的第一个月是一月。 || 一月 || 1月
一年的第一个月是(几月|什么) / 一年从(几月|哪个月)开始 / (请|)告诉我一年的第一个月 / 新年的第一个月是几月
- 一年里的第一个月叫什么
= Fish breathe with gills. || gills || with gills
(How|With what) do fish breathe / What do fish breathe with / Which organ do fish breathe with
How does a fish breathe
- What do fish use for breathing
= 鱼用鳃呼吸。 || 鳃 || 用鳃
鱼(用|靠)什么(器官|)呼吸 / 鱼(是|)怎么呼吸(的|) / 鱼的呼吸器官是什么 / 鱼在水里怎么呼吸
- 鱼儿靠什么来呼吸
= Ice is frozen water. || frozen water || water
What is ice / What is ice made (of|from) / Of what is ice made / (Tell me|Explain) what ice is
- What do we find in ice
= 冰是冻结的水。 || 冻结的水 || 水
冰是什么 / 冰是(什么|由什么)(做|变)(成|)的 / 什么(变成了|会变成)冰 / 冰是怎么来的
- 冰其实是什么
= Penguins live in the south, around Antarctica. || Antarctica || around Antarctica || in the south
Where do penguins live / Where (are|can I find) penguins / In which part of the world do penguins live
- Which part of the Earth do penguins live in
= 企鹅住在南极。 || 南极
企鹅(住|生活)在(哪里|哪儿|什么地方) / 哪里有企鹅 / 企鹅在哪里(生活|住) / 企鹅的家在哪里
- 企鹅一般生活在地球的哪里
= Polar bears live in the Arctic. || the Arctic || Arctic || in the Arctic
Where do polar bears live / Where (are|can I find) polar bears / In which part of the world do polar bears live
- Which part of the Earth do polar bears live in
= 北极熊住在北极。 || 北极
北极熊(住|生活)在(哪里|哪儿|什么地方) / 哪里有北极熊 / 北极熊在哪里(生活|住) / 北极熊的家在哪里
- 北极熊一般生活在地球的哪里
= Kangaroos live in Australia. || Australia || in Australia
Where do kangaroos live / Where (are|can I find) kangaroos / (In which|Which) country do kangaroos live [in]
- From which country are kangaroos
= 袋鼠住在澳大利亚。 || 澳大利亚 || 澳洲
袋鼠(住|生活)在(哪里|哪儿|哪个国家) / 哪里有袋鼠 / 袋鼠在哪里(生活|住) / 哪个国家有袋鼠
- 袋鼠是哪个国家的动物
= It works with attention over all tokens. || attention
How does a transformer [model] work / What is (a transformer|the transformer) [model]
What does a transformer [model] use
What is inside a transformer [model]
- With what does a transformer model work
= Transformer 靠注意力机制工作。 || 注意力机制 || 注意力
Transformer[模型]是(什么|怎么工作的) / Transformer[模型](用|靠)什么(工作|机制) / 什么是 Transformer
- Transformer 模型里面用的是什么机制
= A language model predicts the next word. || it predicts the next word || predicts the next word
What does a language model do / What is a language model / How does a language model work
Explain what a language model (does|is)
- What is the job of a language model
= 语言模型预测下一个词。 || 预测下一个词
语言模型(是什么|做什么|是做什么的) / 什么是语言模型 / 语言模型(是|)怎么工作(的|) / 解释一下语言模型
- 语言模型的工作是什么
= A year has four seasons: spring, summer, autumn and winter. || spring, summer, autumn and winter
(What|Which) are the [four] seasons / (Name|Tell me) the [four] seasons / What seasons are there [in a year]
- What are the names of the seasons
= 四季是春、夏、秋、冬。 || 春、夏、秋、冬 || 春夏秋冬
四季(是什么|是哪四个|有哪些) / 一年有哪(些|四个)季节 / (请|)(告诉我|说出)一年的四季 / 四个季节(是什么|叫什么)
- 一年四季分别叫什么
= The four directions are north, south, east and west. || north, south, east and west
(What|Which) are the [four] (directions|points) [of the compass] / (Name|Tell me) the four directions
- What are the names of the four directions
= 四个方向是东、南、西、北。 || 东、南、西、北 || 东南西北
四个方向(是什么|是哪四个|有哪些) / (有|)哪四个方向 / (请|)(告诉我|说出)四个方向 / 东南西北是什么
- 四个方向分别叫什么
"""
"""Single facts, each as an English entry followed by its Chinese one."""
