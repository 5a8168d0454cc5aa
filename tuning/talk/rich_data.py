"""Short tables, Python snippets and formulas, with their English and Chinese names."""

from __future__ import annotations

TABLES: tuple[tuple[str, str, str, str], ...] = (
    (
        "the first four planets|the inner planets",
        "前四颗行星|内行星",
        "Planet, Place; Mercury, 1; Venus, 2; Earth, 3; Mars, 4",
        "行星, 位置; 水星, 1; 金星, 2; 地球, 3; 火星, 4",
    ),
    (
        "the seasons|seasons",
        "四季|季节",
        "Season, Weather; Spring, warm; Summer, hot; Autumn, cool; Winter, cold",
        "季节, 天气; 春, 暖; 夏, 热; 秋, 凉; 冬, 冷",
    ),
    (
        "fruits|fruit",
        "水果",
        "Fruit, Color; Apple, red; Banana, yellow; Grape, purple",
        "水果, 颜色; 苹果, 红色; 香蕉, 黄色; 葡萄, 紫色",
    ),
    (
        "the days of the week|weekdays",
        "星期",
        "Day, Number; Monday, 1; Tuesday, 2; Wednesday, 3; Thursday, 4; Friday, 5; Saturday, 6; Sunday, 7",
        "星期, 数字; 星期一, 1; 星期二, 2; 星期三, 3; 星期四, 4; 星期五, 5; 星期六, 6; 星期日, 7",
    ),
    (
        "squares of numbers|square numbers",
        "平方数|数的平方",
        "n, n × n; 1, 1; 2, 4; 3, 9; 4, 16",
        "n, n × n; 1, 1; 2, 4; 3, 9; 4, 16",
    ),
    (
        "animals and their legs|animal legs",
        "动物的腿|动物和腿",
        "Animal, Legs; Dog, 4; Bird, 2; Spider, 8; Ant, 6",
        "动物, 腿; 狗, 4; 鸟, 2; 蜘蛛, 8; 蚂蚁, 6",
    ),
    (
        "currencies|money of countries",
        "货币|各国货币",
        "Country, Currency; Japan, yen; China, yuan; Germany, euro",
        "国家, 货币; 日本, 日元; 中国, 人民币; 德国, 欧元",
    ),
    (
        "units of length|length units",
        "长度单位",
        "Unit, Metres; km, 1000; m, 1; cm, 0.01",
        "单位, 米; 公里, 1000; 米, 1; 厘米, 0.01",
    ),
    ("units of time|time units", "时间单位", "Unit, Seconds; Minute, 60; Hour, 3600", "单位, 秒; 分钟, 60; 小时, 3600"),
    (
        "shapes and their sides|shapes",
        "图形|图形的边",
        "Shape, Sides; Triangle, 3; Square, 4; Hexagon, 6",
        "图形, 边; 三角形, 3; 正方形, 4; 六边形, 6",
    ),
    (
        "chemical symbols|elements",
        "元素符号|元素",
        "Element, Symbol; Gold, Au; Iron, Fe; Oxygen, O",
        "元素, 符号; 金, Au; 铁, Fe; 氧, O",
    ),
    (
        "continents and countries|continents",
        "大洲和国家|大洲",
        "Continent, Country; Asia, China; Europe, France; Africa, Egypt",
        "大洲, 国家; 亚洲, 中国; 欧洲, 法国; 非洲, 埃及",
    ),
    (
        "mixed colors|color mixing",
        "混合颜色|颜色混合",
        "Colors, Mix; red + yellow, orange; blue + yellow, green",
        "颜色, 结果; 红 + 黄, 橙; 蓝 + 黄, 绿",
    ),
    (
        "your options|the options of glm-webui",
        "启动选项|glm-webui 的选项",
        "Option, Use; `--model`, model folder; `--port`, port; `--lang`, language",
        "选项, 用途; `--model`, 模型文件夹; `--port`, 端口; `--lang`, 语言",
    ),
)
"""Each table: its English and Chinese names, and its English and Chinese rows, the first one the head."""

SNIPPETS: tuple[tuple[str, str, str], ...] = (
    ("hello world|a hello world program", "hello world|打印 hello world 的程序", 'print("Hello, world!")'),
    ("a for loop|a loop", "for 循环|循环", "for i in range(5):\n    print(i)"),
    ("a while loop|a loop with while", "while 循环|用 while 的循环", "n = 0\nwhile n < 5:\n    n += 1"),
    (
        "the Fibonacci numbers|Fibonacci",
        "斐波那契数列|斐波那契",
        "a, b = 0, 1\nfor _ in range(10):\n    print(a)\n    a, b = b, a + b",
    ),
    ("a function that adds two numbers|an add function", "两数相加的函数|加法函数", "def add(a, b):\n    return a + b"),
    ("a list comprehension|a comprehension", "列表推导式|列表推导", "squares = [n * n for n in range(10)]"),
    (
        "reading a file|a program that reads a file",
        "读文件|读取文件",
        'with open("file.txt") as f:\n    print(f.read())',
    ),
    (
        "writing a file|a program that writes a file",
        "写文件|写入文件",
        'with open("file.txt", "w") as f:\n    f.write("Hello")',
    ),
    (
        "an if statement|if and else",
        "if 语句|条件判断",
        'if x > 0:\n    print("positive")\nelse:\n    print("not positive")',
    ),
    ("a dictionary|a dict", "字典|dict", 'ages = {"Anna": 30, "Ben": 25}\nprint(ages["Anna"])'),
    ("a list|making a list", "列表|list", "numbers = [1, 2, 3]\nnumbers.append(4)"),
    ("a class|a small class", "类|class", 'class Dog:\n    def bark(self):\n        print("Woof")'),
    (
        "a factorial function|the factorial",
        "阶乘函数|阶乘",
        "def factorial(n):\n    return 1 if n < 2 else n * factorial(n - 1)",
    ),
    (
        "the maximum of a list|the largest number of a list",
        "列表的最大值|求最大值",
        "numbers = [3, 9, 5]\nprint(max(numbers))",
    ),
    ("the sum of a list|summing a list", "列表求和|列表的和", "numbers = [3, 9, 5]\nprint(sum(numbers))"),
    ("sorting a list|list sorting", "列表排序|给列表排序", "numbers = [3, 9, 5]\nnumbers.sort()"),
    ("reversing a string|turning a string around", "反转字符串|字符串反转", 'text = "hello"\nprint(text[::-1])'),
    ("a random number|making a random number", "随机数|生成随机数", "import random\nprint(random.randint(1, 6))"),
    ("user input|asking for the name", "用户输入|读取输入", 'name = input("Name: ")\nprint("Hello", name)'),
    (
        "catching an error|try and except",
        "异常处理|捕获错误",
        'try:\n    x = int("a")\nexcept ValueError:\n    print("no number")',
    ),
    ("swapping two variables|a swap", "交换两个变量|变量交换", "a, b = b, a"),
    ("an even number test|testing even numbers", "判断偶数|偶数判断", "def is_even(n):\n    return n % 2 == 0"),
)
"""Each snippet: its English and Chinese names, and the code."""

FORMULAS: tuple[tuple[str, str, str], ...] = (
    (
        "the quadratic formula|quadratic equations",
        "一元二次方程的根|一元二次方程求根",
        r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}",
    ),
    ("the theorem of Pythagoras|the Pythagorean theorem", "勾股定理|毕达哥拉斯定理", "a^2 + b^2 = c^2"),
    ("Euler's identity|the Euler identity", "欧拉恒等式|欧拉等式", r"e^{i\pi} + 1 = 0"),
    ("the area of a circle|circle area", "圆的面积|圆面积", r"A = \pi r^2"),
    ("the circumference of a circle|circle circumference", "圆的周长|圆周长", r"C = 2 \pi r"),
    (
        "the Gauss sum|the sum of the numbers from 1 to n",
        "高斯求和|1 到 n 的和",
        r"\sum_{k=1}^{n} k = \frac{n(n+1)}{2}",
    ),
    (
        "the normal distribution|the bell curve",
        "正态分布|高斯分布",
        r"f(x) = \frac{1}{\sigma\sqrt{2\pi}} e^{-\frac{(x-\mu)^2}{2\sigma^2}}",
    ),
    ("the area of a triangle|triangle area", "三角形的面积|三角形面积", r"A = \frac{1}{2} b h"),
    ("the volume of a sphere|sphere volume", "球的体积|球体积", r"V = \frac{4}{3} \pi r^3"),
    ("the surface of a sphere|sphere surface", "球的表面积|球表面积", r"A = 4 \pi r^2"),
    ("the area of a rectangle|rectangle area", "长方形的面积|长方形面积", "A = a b"),
    ("mass and energy|Einstein's energy", "质能方程|质量和能量", "E = mc^2"),
    ("Newton's second law|force and acceleration", "牛顿第二定律|力和加速度", "F = ma"),
    ("speed|velocity", "速度", r"v = \frac{s}{t}"),
    ("density|mass per volume", "密度", r"\rho = \frac{m}{V}"),
    ("Ohm's law|voltage and current", "欧姆定律|电压和电流", "U = R I"),
    ("the mean|the average", "平均数|平均值", r"\bar{x} = \frac{1}{n} \sum_{i=1}^{n} x_i"),
    ("the derivative|a derivative", "导数|导数定义", r"f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}"),
    ("the binomial formula|the square of a sum", "和的平方|完全平方", "(a + b)^2 = a^2 + 2ab + b^2"),
    ("the difference of squares|a difference of two squares", "平方差|两数平方差", "a^2 - b^2 = (a + b)(a - b)"),
    ("the geometric series|a geometric series", "等比级数|几何级数", r"\sum_{k=0}^{\infty} q^k = \frac{1}{1-q}"),
    ("softmax|the softmax", "softmax|softmax 函数", r"p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}"),
    ("attention|scaled attention", "注意力|注意力机制", r"\text{softmax}\left(\frac{QK^T}{\sqrt{d}}\right) V"),
    ("gravity|the law of gravity", "万有引力|万有引力定律", r"F = G \frac{m_1 m_2}{r^2}"),
)
"""Each formula: its English and Chinese names, and the LaTeX."""

WORDINGS = {
    "table": {
        "en": """
(Make|Create|Draw|Write|Give me|Show me) [me] a [small|short|Markdown] table (of|about|with|for) {t}
(Can|Could) you (make|write|draw) a table (of|with|about) {t}
[A|Small] table of {t} [please] / {t} as a table [please] / (Show|Put|List) {t} (in|as) a table
I (need|want) a [small] table (of|with|about) {t}
I would like a table (of|with|about) {t} / Please (make|write|create) a table (of|with|about) {t}
Make {t} into a table / Table: {t}
A Markdown table (of|with|about) {t} [please] / What does a table of {t} look like / (Fill|Build) a table with {t}
Do you have a table (of|about|with) {t} / (Present|Display) {t} as a [Markdown] table
- Please put {t} into a small table / Could I have a table about {t} / A short table with {t} would be nice
- Write {t} down as a Markdown table
""",
        "zh": """
(做|画|写|列|生成|创建)一个{t}的(表格|表) / 给我一个{t}(的|)(表格|表) / 用表格(列出|表示|展示|显示){t} / {t}的表格
{t}表格 / (能|可以)(做|写|画|列)一个{t}的表格吗
我(要|想要|需要)一个{t}的表格 / (请|)把{t}(做成|写成|列成|整理成)表格 / (请|)用 Markdown (写|做)一个{t}的表格
(列|做)一张{t}的(表格|表) / 帮我(做|写|列)一个{t}的表格
请(做|写|列)一个{t}的表格 / 表格：{t} / 来一(个|张){t}的(表格|表) / {t}(做成|写成)表格(是什么样|)
- 麻烦帮我把{t}列成一张表 / 能不能给我一张{t}的表格 / 想看{t}的 Markdown 表格 / 请用一张表展示{t}
""",
    },
    "snippet": {
        "en": """
(Write|Show me|Give me) {t} in Python / How do I write {t} in Python / (Write|Show|Give me) Python code for {t}
Python [code]: {t}
(Can|Could) you (write|show me) {t} in Python / [The] Python code for {t} [please]
How does {t} (look|work) in Python / (Show|Give) me an example of {t} in Python
{t} in Python [please] / I (need|want) {t} in Python / What is the Python code for {t}
Please (write|show) {t} in Python
A Python (example|snippet) (of|for) {t} [please] / Code {t} in Python / (Program|Implement) {t} in Python
How (to|can I) (do|write) {t} in Python
- Could you give me a Python example for {t} / I want to see {t} in Python code / What does {t} look like in Python
- Please program {t} in Python
""",
        "zh": """
用 Python (写|实现|做){t} / Python (怎么|如何)(写|实现|做){t} / (给我|写一段|来一段){t}的 Python 代码
{t}的 Python 代码[怎么写] / Python 里(怎么|如何)(写|做|实现){t}
(能|可以)用 Python (写|实现){t}吗 / {t}用 Python (怎么|如何)(写|实现) / (给|写)(我|)一个{t}的 Python (例子|示例)
Python {t} / (请|)用 Python (写|实现|演示){t}
我(想|要)用 Python (写|实现){t} / 帮我用 Python (写|实现){t} / (请|)写{t}的 Python 代码 / Python 代码：{t}
教我用 Python (写|实现){t}
怎么(写|实现){t}的 Python 代码
- 麻烦用 Python 代码实现{t} / 能给我一个{t}的 Python 例子吗 / 想看 Python 怎么写{t} / {t}的 Python 示例怎么写
""",
    },
    "formula": {
        "en": """
What is the formula (of|for) {t} / (Write|Give me|Show me|Tell me) the formula (of|for) {t}
[The] formula (of|for) {t} [please] / {t} as a formula [please]
(Write|Show|Give me) {t} (in LaTeX|as a formula|as LaTeX) / How do I (calculate|write|compute) {t} [as a formula]
Which formula (gives|describes|is for) {t}
(Can|Could) you (write|show me|give me) the formula (of|for) {t} / I (need|want) the formula (of|for) {t}
Please (write|show) the formula (of|for) {t}
How is {t} written [in LaTeX|as a formula] / LaTeX for {t} / What does the formula (of|for) {t} look like
Do you know the formula (of|for) {t}
Formula: {t} / The LaTeX formula (of|for) {t}
- Could you tell me which formula describes {t} / I want to see the formula for {t} / How can I write {t} in LaTeX
- Please give me {t} as a LaTeX formula
""",
        "zh": """
{t}的公式(是什么|怎么写|) / (写出|给我|告诉我|写一下){t}的公式 / 用 LaTeX (写|写出|表示){t}[的公式]
{t}(怎么|如何)(算|计算|用公式表示) / {t}用公式(怎么写|怎么表示)
(请|)(写|写出|给出){t}的公式 / (能|可以)(写|给)出{t}的公式吗 / 我(要|想要|需要){t}的公式 / {t}的 LaTeX (公式|写法)
你知道{t}的公式吗
帮我(写|写出){t}的公式 / 什么公式(表示|描述){t} / {t}公式 / 公式：{t} / (求|说出){t}的公式 / 计算{t}用什么公式
- 麻烦给出{t}的 LaTeX 公式 / 能告诉我{t}的公式怎么写吗 / 想看{t}的公式 / {t}要用哪个公式表示
""",
    },
}
"""How each kind is asked for; {t} is a name."""
