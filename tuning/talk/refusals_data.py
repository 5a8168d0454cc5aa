"""What the model does not know, as `tuning.talk.tables` reads it: topics with templates, and whole questions."""

from __future__ import annotations

ANSWER = {
    "en": "I am a small demo model: I know drawings, charts and short texts. Start me with --model for more.",
    "zh": "我是一个小演示模型：我认识图形、图表和简短的文字。想要更多功能，请用 --model 启动我。",
}

TOPICS = """
politics=政治|the economy=经济|inflation=通货膨胀|the stock market=股市|Bitcoin=比特币|taxes=税收|insurance=保险
banking=银行业|real estate=房地产
marketing=市场营销|accounting=会计学|the law=法律|human rights=人权|democracy=民主|freedom=自由|justice=正义|war=战争
peace=和平|the army=军队
religion=宗教|God=上帝|the Bible=圣经|Buddhism=佛教|Islam=伊斯兰教|philosophy=哲学|ethics=伦理学|logic=逻辑学
happiness=幸福|love=爱情
friendship=友谊|loneliness=孤独|death=死亡|the meaning of life=人生的意义|dreams=做梦|psychology=心理学|stress=压力
depression=抑郁症|fear=恐惧|anger=愤怒
cancer=癌症|diabetes=糖尿病|the flu=流感|a headache=头痛|back pain=背痛|vaccines=疫苗|vitamins=维生素|allergies=过敏
blood pressure=血压|fever=发烧
surgery=手术|pregnancy=怀孕|dieting=节食|yoga=瑜伽|fitness=健身|running=跑步|meditation=冥想|acupuncture=针灸
Chinese medicine=中医|sleep problems=失眠
the Roman Empire=罗马帝国|the Middle Ages=中世纪|the Renaissance=文艺复兴|the Cold War=冷战|the Silk Road=丝绸之路
the Tang dynasty=唐朝|the Song dynasty=宋朝
the Ming dynasty=明朝|the Qing dynasty=清朝|ancient Greece=古希腊|ancient Egypt=古埃及|the Vikings=维京人|samurai=武士
the Crusades=十字军东征|colonialism=殖民主义
quantum physics=量子力学|string theory=弦理论|black holes=黑洞|dark matter=暗物质|the Big Bang=宇宙大爆炸
time travel=时间旅行|nuclear energy=核能|solar energy=太阳能
wind power=风力发电|batteries=电池|lasers=激光|magnetism=磁力|electricity=电学|thermodynamics=热力学
chaos theory=混沌理论|topology=拓扑学|calculus=微积分
statistics=统计学|game theory=博弈论|cryptography=密码学|organic chemistry=有机化学|genetics=遗传学|DNA=基因
bacteria=细菌|viruses=病毒
the immune system=免疫系统|dinosaurs=恐龙|climate change=气候变化|pollution=污染|recycling=垃圾分类|earthquakes=地震
tsunamis=海啸|hurricanes=飓风|deserts=沙漠
coral reefs=珊瑚礁|farming=农业|gardening=园艺|beekeeping=养蜂|fishing=钓鱼|hunting=打猎|horse riding=骑马
dog training=训狗|cat food=猫粮|aquariums=水族箱
jazz=爵士乐|rock music=摇滚乐|opera=歌剧|hip hop=嘻哈音乐|classical music=古典音乐|K-pop=韩国流行音乐
Peking opera=京剧|ballet=芭蕾舞|dancing=跳舞|singing=唱歌
painting=绘画|sculpture=雕塑|photography=摄影|calligraphy=书法|pottery=陶艺|architecture in Europe=欧洲建筑
modern art=现代艺术|fashion=时尚|jewellery=珠宝
perfume=香水|make-up=化妆|haircuts=发型|shoes=鞋子|furniture=家具|interior design=室内设计|movies=电影
horror films=恐怖片|Star Wars=星球大战|cartoons=动画片
television series=电视剧|theatre=戏剧|poetry=诗歌|novels=小说|comics=漫画|newspapers=报纸|science fiction=科幻小说
fairy tales=童话|mythology=神话|Greek gods=希腊诸神
football clubs=足球俱乐部|the World Cup=世界杯|tennis=网球|golf=高尔夫|boxing=拳击|swimming=游泳|skiing=滑雪
surfing=冲浪|Formula 1=一级方程式赛车|table tennis=乒乓球
badminton=羽毛球|martial arts=武术|marathons=马拉松|chess openings=国际象棋开局|the game of Go=围棋|poker=扑克
video games=电子游戏|Minecraft=我的世界|card games=纸牌游戏
cooking=烹饪|baking=烘焙|pasta recipes=意面食谱|Sichuan food=川菜|vegan food=纯素食品|coffee=咖啡|tea ceremonies=茶道
beer=啤酒|whisky=威士忌|cocktails=鸡尾酒
spices=香料|barbecue=烧烤|breakfast ideas=早餐搭配|restaurants=餐馆|street food=街头小吃|travel in Asia=亚洲旅行
travel in Europe=欧洲旅行|cheap flights=廉价航班
hotels=酒店|camping=露营|hiking=徒步|cruises=邮轮旅行|visas=签证|passports=护照|trains in China=中国高铁|driving=开车
electric cars=电动汽车|motorcycles=摩托车
bicycle repair=修自行车|aeroplanes=飞机|ships=轮船|submarines=潜水艇|rockets=火箭|satellites=人造卫星
space travel=太空旅行|aliens=外星人|ghosts=鬼|astrology=占星术
horoscopes=星座运势|feng shui=风水|magic tricks=魔术|school=学校生活|university=大学生活|homework=家庭作业|exams=考试
learning languages=学外语|English grammar=英语语法
French=法语学习|Latin=拉丁文|sign language=手语|linguistics=语言学|rhetoric=修辞学|public speaking=演讲
job interviews=求职面试|a CV=简历|salaries=工资|retirement=退休
management=管理学|start-ups=创业|investing=投资|marriage=婚姻|divorce=离婚|raising children=育儿|babies=婴儿
teenagers=青少年|grandparents=祖父母|weddings=婚礼
birthday parties=生日派对|Christmas customs=圣诞习俗|Spring Festival customs=春节习俗|Halloween=万圣节|gifts=礼物
smartphones=智能手机|tablets=平板电脑|laptops=笔记本电脑
printers=打印机|cameras=相机|smart watches=智能手表|headphones=耳机|drones=无人机|3D printing=3D打印|blockchain=区块链
cloud computing=云计算|computer viruses=电脑病毒
hackers=黑客|JavaScript=JavaScript|Rust=Rust 编程|web design=网页设计|social media=社交媒体|TikTok=抖音|WeChat=微信
Facebook=脸书|YouTube=油管视频|online shopping=网购
Amazon shares=亚马逊股票|Apple products=苹果产品|Tesla=特斯拉|Huawei=华为|Samsung=三星|Toyota=丰田|Nike=耐克
Disney=迪士尼|Netflix=奈飞|Lego=乐高
plumbing=水管维修|carpentry=木工|knitting=编织|sewing=缝纫|house cleaning=打扫房子|laundry=洗衣服|moving house=搬家
mortgages=房贷|pensions=养老金|charity=慈善
immigration=移民|terrorism=恐怖主义|crime=犯罪|prisons=监狱|the police=警察|firefighters=消防|space stations=空间站
the Moon base=月球基地|consciousness=意识|free will=自由意志
"""
"""What to ask about, English=Chinese."""

PEOPLE = """
Napoleon=拿破仑|Julius Caesar=凯撒|Cleopatra=埃及艳后|Alexander the Great=亚历山大大帝|Genghis Khan=成吉思汗
Confucius=孔子|Laozi=老子|Socrates=苏格拉底
Plato=柏拉图|Aristotle=亚里士多德|Kant=康德|Nietzsche=尼采|Karl Marx=马克思|Sigmund Freud=弗洛伊德|Galileo=伽利略
Copernicus=哥白尼|Kepler=开普勒|Tesla the inventor=发明家特斯拉
Stephen Hawking=霍金|Alan Turing=图灵|Steve Jobs=乔布斯|Elon Musk=马斯克|Mark Zuckerberg=扎克伯格|Jack Ma=马云
Barack Obama=奥巴马|Donald Trump=特朗普|Joe Biden=拜登
Winston Churchill=丘吉尔|Gandhi=甘地|Nelson Mandela=曼德拉|Martin Luther King=马丁·路德·金|Queen Victoria=维多利亚女王
Queen Elizabeth=伊丽莎白女王|Michael Jackson=迈克尔·杰克逊
Taylor Swift=泰勒·斯威夫特|Madonna=麦当娜|The Beatles=披头士|Elvis Presley=猫王|Jackie Chan=成龙|Bruce Lee=李小龙
Jay Chou=周杰伦|Messi=梅西|Ronaldo=罗纳尔多
Michael Jordan=迈克尔·乔丹|Yao Ming=姚明|Roger Federer=费德勒|Charlie Chaplin=卓别林|Marilyn Monroe=玛丽莲·梦露
Walt Disney=华特·迪士尼|Du Fu=杜甫|Su Shi=苏轼
"""

TEMPLATES = {
    "en": """
Tell me [something|more|everything] about {t} / What is {t} / Explain {t} [to me] / What do you know about {t}
Can you explain {t} / Describe {t} [to me]
Write (a poem|a story|an essay|a song|a speech|an article|a letter|a blog post|a report|a joke) about {t}
(Write|Give me) a summary of {t}
What do you think (of|about) {t} / What is your opinion (of|on|about) {t} / Why is {t} [so] important
How does {t} work / What is the history of {t}
Give me [the latest] news about {t} / What is new (in|about|with) {t} / Do you like {t}
How (do|can) I learn [about] {t} / Summarise {t}
Where can I (buy|find|study|learn) {t} / How much does {t} cost / Can you teach me {t}
Give me [some] (advice|tips|ideas|facts) (on|about|for) {t}
Which book about {t} should I read / Is {t} (dangerous|good|bad|healthy|expensive)
What are the (advantages|risks|problems|benefits|rules) of {t}
I want to (know|learn|read|hear) [more] about {t} / Let us (talk|chat) about {t} / What is the future of {t}
How did {t} (begin|start|develop)
Compare {t} and {u} / What is the difference between {t} and {u} / Which is better, {t} or {u}
What has {t} to do with {u} / Is {t} better than {u}
Who is the best expert (on|for) {t} / How do I get started with {t} / Why do people (like|hate|need|want) {t}
What should I know about {t}
Plan a (course|lesson|day|trip) about {t} / Help me with {t} / I need help with {t}
Translate a text about {t} into (French|German|Spanish) / What is the best {t}
Give me a (plan|list of books|quiz|lecture) about {t} / How has {t} changed the world / What happens if {t} disappears
Discuss {t} [with me]
Do you know (a lot|much|anything) about {t} / Is there anything new about {t} / What does science say about {t}
Who invented {t} / Make a speech about {t}
Teach me [all] about {t} / Give me a long text about {t} / I have a question about {t} / Why does {t} exist
When was {t} invented / How old is {t}
- Could you write a long article about {t} / I would like to learn everything about {t}
- Please give me your opinion on {t} / Do people need {t} in the future
- What are the best tips for {t} / Can you help me to learn {t} / Please explain how {t} works
- Let us discuss the history of {t} / What problems does {t} have
""",
    "zh": """
介绍一下{t} / {t}是什么 / 什么是{t} / (说说|讲讲|谈谈|聊聊){t} / 给我(讲讲|说说|介绍){t} / (详细|)解释一下{t}
你(知道|了解|懂|听说过){t}吗 / 你喜欢{t}吗
写一(首关于{t}的诗|篇关于{t}的文章|个关于{t}的故事|封关于{t}的信|篇关于{t}的作文|份关于{t}的报告|首关于{t}的歌)
(写|给我)一个{t}的总结 / 总结一下{t}
你(觉得|认为){t}怎么样 / 你对{t}(有什么看法|怎么看|有什么意见) / {t}为什么(这么|)重要 / 为什么{t}很重要
{t}(是怎么|怎么)(来|工作|开始|发展)的 / {t}的历史是什么
{t}(的|有什么)(最新|)(新闻|消息) / 最近{t}有什么新(闻|消息|变化) / (怎么|如何)(学习|学|了解){t}
(哪里|在哪里)(可以|能)(买到|学习|了解){t} / {t}(多少钱|贵吗|要花多少钱)
教我{t} / (给我|)(一些|)关于{t}的(建议|知识|资料|想法) / 推荐(一本|几本)关于{t}的书 / {t}(危险|好|健康|有用|有意思)吗
{t}有(什么|哪些)(好处|坏处|优点|缺点|风险|问题|规则)
我想(知道|了解|学习|听听){t} / 我们(聊聊|谈谈|讨论){t}[吧] / {t}的(未来|前景|意义|原理|作用)是什么
{t}和{u}有什么(区别|不同|关系) / {t}和{u}哪个(更|)好
比较一下{t}和{u} / 谁是{t}的专家 / (怎么|如何)开始{t} / 人们为什么(喜欢|讨厌|需要){t}
关于{t}(你知道什么|我该知道什么) / {t}比{u}好吗
帮我(学习|研究|了解|处理){t} / {t}方面我需要帮助 / 把关于{t}的文章翻译成(法语|德语|日语) / 最好的{t}是什么
制定一个{t}的计划 / {t}改变了世界吗
没有{t}会怎么样 / 和我讨论{t} / 科学怎么解释{t} / 谁发明了{t} / {t}为什么存在 / {t}有多少年历史 / 给我出几道{t}的题
关于{t}我有一个问题 / {t}有什么用
写一段关于{t}的(话|演讲|文字) / 分析一下{t} / {t}在生活中有什么用 / {t}的发展怎么样 / 给孩子(解释|讲){t}
请(介绍|讲讲|解释|分析){t}
- 请写一篇关于{t}的长文章 / 我想全面学习{t}的知识 / 能不能谈谈你对{t}的看法 / 人们以后还需要{t}吗
- 学习{t}有哪些好的建议
- 你能帮我分析{t}的优点和缺点吗 / 请解释{t}的原理 / 我们来讨论{t}的历史吧 / {t}现在有哪些问题
""",
}
PEOPLE_TEMPLATES = {
    "en": """
Who (is|was) {t} / Tell me [something] about {t} / When was {t} born / Where (was|is) {t} from / What did {t} do
Why is {t} [so] famous / Is {t} still alive
When did {t} (die|live) / How old (is|was) {t} / Do you know {t} / What do you think of {t}
Write a (story|poem|text) about {t} / Describe the life of {t}
Where does {t} live / What is {t} known for / Give me a (biography|quote) of {t} / Is {t} (married|rich|famous)
- Can you tell me about the life of {t} / What do you know about {t} / For what is {t} famous
- Please write a biography of {t}
""",
    "zh": """
{t}是谁 / (介绍|说说)(一下|){t} / {t}(是|)(哪年|什么时候|哪里)(出生|去世)的 / {t}是哪里人 / {t}做了什么
{t}为什么(这么|)(有名|出名) / {t}还活着吗
{t}(多大|几岁)了 / 你(认识|知道){t}吗 / 你觉得{t}怎么样 / 写一(个|篇)关于{t}的(故事|文章) / 讲讲{t}的(一生|故事|生平)
{t}结婚了吗 / {t}住在哪里 / {t}有什么名言
{t}有(什么|哪些)(成就|作品|贡献)
- 能讲讲{t}的生平故事吗 / 你知道{t}是谁吗 / {t}因为什么而出名 / 请写一篇{t}的介绍
""",
}

WHOLE = {
    "en": """
What time is it now?|What day is it today?|Who won the last World Cup?|How tall is the tallest building?
Book me a flight to Rome|Play some music|Set an alarm for seven
Sing me a song|Who is the king of England?|What should I eat tonight?|Recommend a film for tonight|How do I cook rice?
Fix my code|Write an email to my boss|How far is the Moon?
How old is the universe?|When did the war end?|Give me a recipe for a cake|I have a headache, what should I do?
What is the population of India?|Is there life on other planets?
Write a summary of this book|Translate this whole text into German|How do I become rich?|Do my homework
What is the news of today?|Which phone should I buy?|How do I lose weight?
What stocks should I buy?|Can you drive a car?|How many people live in China?|Call my mother|Send a message to Peter
Turn on the light|Open the window|Order a pizza for me
Where is the next pharmacy?|How do I get to the airport?|Find me a hotel in Paris|Plan a trip to Japan for ten days
What can I see in Rome in one day?|How long is the flight to New York?
Which is the best restaurant in town?|What is the exchange rate of the euro?|How much is the Apple share today?
Will the market go up?|Should I sell my house?|How do I save taxes?
Can I sue my neighbour?|Write a contract for me|Is my landlord allowed to do that?
Which medicine helps against a cold?|Is this rash dangerous?|My tooth hurts, what can I do?
How much should I sleep?|What diet is the best?|Should I quit my job?|How do I ask my boss for more money?|Write my CV
Prepare me for a job interview|How do I find a girlfriend?
Does she love me?|What should I give my wife for her birthday?|How do I raise my children?
My child does not sleep, what can I do?|Is there a God?|What happens after death?
What is the meaning of life?|Do we have a free will?|Why is there something and not nothing?|What is truth?
Are humans good or bad?|Who should I vote for?|Who will win the election?
Who is the president of France?|Is the government right?|What happened in the news yesterday?
Who won the match last night?|What are the football results?|When does the next train leave?
Is the shop open on Sunday?|How much is a ticket?|Write a novel|Write a poem about autumn leaves|Write a haiku
Write a love letter|Write a rap song|Tell me a long bedtime story
Continue this story|Write an essay of 500 words|Write a speech for a wedding|Correct my essay
Rewrite this paragraph in a formal style|Summarise this article for me
Write a web shop in JavaScript|Build me an app for phones|Write a compiler|Write a game in C++|Debug this stack trace
Why does my server crash?|Design a database for a shop
How do I install Windows?|My printer does not work|My computer is slow, what can I do?|How do I reset my password?
How do I hack a website?|Crack this password|Make me a virus
Prove the Riemann hypothesis|Solve this differential equation|Integrate x squared times sine x
What is the derivative of tan x?|Prove that root two is irrational|Explain the proof of Fermat
How does a nuclear reactor work?|How do planes fly?|How do vaccines work?|Why do we dream?|Why do cats purr?
Why is the ocean salty?|How do magnets work?|Why do we age?
Which dog breed should I get?|How do I train my puppy?|What plants grow in the shade?|How do I grow tomatoes?
How do I remove a wine stain?|How do I tie a tie?|How do I fix a flat tyre?
How do I change the oil of my car?|Which car is the best?|How do I paint a wall?|How do I make cheese at home?
What wine goes with fish?|What can I cook with eggs and rice?
How long do I boil an egg?|Give me a workout plan|How do I run a marathon?|How do I learn the piano?
Teach me to juggle|How do I play poker?|What is the best chess opening?
Play a game with me|Ask me a riddle|Guess my sign|What is my horoscope for today?|Tell my fortune
Which numbers will win the lottery?|Is the Earth flat?|Did aliens build the pyramids?
Bonjour, comment allez-vous ?|¿Cómo estás?|Wie geht es dir?|Come ti chiami?|Qual é o seu nome?|Hvad hedder du?
Quelle heure est-il ?|Wo ist der Bahnhof?|Donde esta la biblioteca?
asdf|asdfghjkl|qwerty uiop|blah blah blah|lorem ipsum dolor|xyz xyz|foo bar baz|dfg hjk lkj|bla bla|zzzzz
mnbvcxz|hjkl hjkl|aaa bbb ccc|wefwef|jkjkjk|iuytre
What is on television tonight?|How many calories has a burger?|What is the age of the Pope?|Generate an image of a cat
Draw a picture for me|Make a video|Record my voice|Search the web for me
Open this link|Read this PDF|Download a song|Show me a map|Where am I now?|Track my parcel
Buy me a ticket for the concert|Cancel my subscription|Pay my bill|Remind me tomorrow
""",
    "zh": """
现在几点了？|今天星期几？|今天几号？|上一届世界杯谁赢了？|最高的楼有多高？|帮我订一张机票|放首歌|设一个七点的闹钟
给我唱首歌|今晚吃什么好？|推荐一部好看的电影|怎么煮米饭？|帮我改代码
给老板写封邮件|月亮离我们有多远？|宇宙几岁了？|战争什么时候结束？|给我一个蛋糕的做法|我头疼怎么办？|印度有多少人口？
外星人存在吗？|总结这本书|把这一大段话翻译成德语|怎么变得有钱？
帮我做作业|今天有什么新闻？|我该买哪个手机？|怎么减肥？|该买什么股票？|你会开车吗？|中国有多少人？|给我妈妈打电话
给小王发条短信|把灯打开|打开窗户|帮我点个外卖|最近的药店在哪里？
去机场怎么走？|帮我在巴黎找个酒店|制定十天的日本旅行计划|罗马一日游看什么？|飞到纽约要多久？|城里最好的饭馆是哪家？
欧元汇率是多少？|苹果股价今天多少？|股市会涨吗？|我该卖房子吗？
怎么少交税？|我能告我的邻居吗？|帮我写一份合同|房东可以这样做吗？|感冒吃什么药？|这个皮疹危险吗？|牙疼怎么办？
我应该睡多久？|哪种减肥方法最好？|我应该辞职吗？|怎么跟老板谈加薪？
帮我写简历|怎么准备面试？|怎么找女朋友？|她爱我吗？|老婆生日送什么？|怎么教育孩子？|孩子不睡觉怎么办？|有没有上帝？
人死后会怎样？|人生的意义是什么？|人有自由意志吗？|什么是真理？
人性是善还是恶？|我该投票给谁？|谁会赢得选举？|法国总统是谁？|政府做得对吗？|昨天发生了什么事？|昨晚的比赛谁赢了？
足球比分是多少？|下一班火车几点开？|商店周日开门吗？|一张票多少钱？
写一部小说|写一首关于秋天的诗|写一首七言绝句|写一封情书|写一段说唱|讲一个长长的睡前故事|把这个故事接着写下去
写一篇五百字的作文|写一篇婚礼致辞|修改我的作文|把这段话改得正式一点
帮我总结这篇文章|写一个网上商店|做一个手机应用|写一个编译器|用 C++ 写一个游戏|帮我看看这个报错|我的服务器为什么崩溃？
设计一个商店数据库|怎么安装 Windows？|打印机坏了怎么办？
电脑很慢怎么办？|忘了密码怎么办？|怎么黑进一个网站？|破解这个密码|给我做一个病毒|证明黎曼猜想|解这个微分方程
求这个函数的积分|正切的导数是多少？|证明根号二是无理数|讲讲费马大定理的证明
核电站是怎么工作的？|飞机为什么会飞？|疫苗是怎么起作用的？|人为什么会做梦？|猫为什么打呼噜？|海水为什么是咸的？
磁铁为什么有磁性？|人为什么会变老？|养什么狗好？|怎么训练小狗？
阴凉处种什么花好？|怎么种西红柿？|衣服上的油渍怎么洗？|领带怎么打？|自行车胎破了怎么修？|汽车怎么换机油？|哪种车最好？
怎么刷墙？|在家怎么做豆腐乳？|吃鱼配什么酒？
鸡蛋和米饭能做什么菜？|鸡蛋煮几分钟？|给我一个健身计划|怎么跑马拉松？|怎么学钢琴？|教我变魔术|扑克怎么玩？
象棋怎么开局最好？|跟我玩个游戏|给我出个谜语|猜猜我的星座|我今天的运势怎么样？
给我算算命|彩票会中哪几个号？|地球是平的吗？|金字塔是外星人造的吗？|今天电视上有什么？|一个汉堡多少热量？
教皇多大年纪？|生成一张猫的图片|给我画一幅画|做一个视频|录下我的声音
帮我上网搜索|打开这个链接|读一下这个 PDF|下载一首歌|给我看地图|我现在在哪里？|查一下我的快递|帮我买演唱会门票
取消我的会员|帮我交电费|明天提醒我|宫保鸡丁怎么做？|红烧肉怎么烧？
清明节为什么要扫墓？|怎么考上好大学？|高考怎么复习？|考研难吗？|公务员怎么考？|北京有哪些好玩的地方？
去云南旅游要带什么？|上海房价会跌吗？|医保怎么报销？|社保怎么交？|怎么办护照？
驾照怎么考？|离婚要什么手续？|欠钱不还怎么办？|工资被拖欠怎么办？|怎么投诉商家？|孩子发烧怎么办？|失眠怎么办？
腰疼挂什么科？|吃什么补血？|怎么追女生？|男朋友不理我怎么办？
和同事吵架了怎么办？|怎么跟父母沟通？|翻译一下这篇论文|帮我写论文|帮我写工作总结|写一份活动策划|写一副春联
起一个好听的公司名|给我的孩子起名字|写一段广告词|写一份道歉信
こんにちは、お元気ですか？|今日はいい天気ですね|안녕하세요|Bonjour|Wie geht's?|¿Qué hora es?|啊吧啊吧
嘎嘎嘎嘎|哦哦哦哦|呃呃呃|乱七八糟的|阿斯顿发|的的的的|嗯哼哈嘿|嘟嘟嘟嘟嘟|了了了了
""",
}
