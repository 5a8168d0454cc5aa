"""How to use glm-webui, as README.md says: each entry in English, then in Chinese, read by `tuning.talk.tables`."""

from __future__ import annotations

INTENTS = """
# demo
= Run `python3 run.py demo`. || `python3 run.py demo`
How do I (start|run|launch|open) (the demo|glm-webui|the program|the page|this program)
How (to|can I) start (the demo|glm-webui|this)
(What|Which) command starts (the demo|the page|glm-webui) / Start the (demo|web page|program)
How do I (install|set up) (this|glm-webui)
I want to start the (demo|page)
- With which command do I start the demo / How is the program started
= 运行 `python3 run.py demo`。 || `python3 run.py demo`
(怎么|如何|怎样)(启动|运行|打开)(演示|glm-webui|程序|网页|这个程序) / 启动(演示|程序|网页)(用什么命令|的命令是什么)
(怎么|如何)(安装|部署)(glm-webui|这个程序|)
我想启动(演示|程序|网页)
- 用哪个命令可以启动演示 / 启动程序要用什么命令
# terminal
= Run `python3 run.py chat`. || `python3 run.py chat`
How do I (chat|talk) in the (terminal|console|command line) / (What|Which) command starts the (terminal|console) [chat]
(Can I|How to|How can I) (chat|use it|use this) (in the|without a browser, in the) (terminal|console)
Start the terminal chat
Is there a (terminal|console|command line) (version|chat)
- How do I use it from the command line / Can I talk to you in a terminal
= 运行 `python3 run.py chat`。 || `python3 run.py chat`
(怎么|如何|怎样)在(终端|命令行)(里|中|)(聊天|对话|使用) / 终端(聊天|对话)(怎么用|怎么启动|用什么命令)
(可以|能)在(终端|命令行)(里|中|)(聊天|用)吗
有(终端|命令行)版[本]吗 / 不用浏览器(怎么|如何)聊天
- 命令行里怎么和你聊天 / 终端版本用什么命令启动
# terminal_picture
= Type `/image PATH`. || `/image PATH`
How do I (show|give|load|open) a picture in the (terminal|console|chat)
How (to|can I) (use|show) (an image|a picture) in the terminal
(What|Which) command shows a picture in the terminal / How do pictures work in the terminal [chat]
What does /image do
- How do I load a picture from the command line
= 输入 `/image 路径`。 || `/image 路径`
(怎么|如何|怎样)在(终端|命令行)(里|中|)(看|加载|打开|给你看)图片 / 终端里(怎么|如何)用图片
在终端里(看|加载)图片用什么命令 / /image (是什么|有什么用)
终端(能|可以)看图片吗
- 在命令行里要怎么打开图片
# help
= Type `/help`. || `/help`
How do I get help in the (terminal|console|chat) / (What|Which) commands (are there|exist) in the terminal
Show the commands [of the terminal]
List the commands of the (terminal|console|chat) / (What|Which) command shows the help
- Which commands does the terminal chat know
= 输入 `/help`。 || `/help`
终端(里|)有哪些命令 / (怎么|如何)在终端(里|中|)(看|获得)帮助 / 显示(终端的|所有|)命令 / 哪个命令(显示|查看)帮助
终端(聊天|)的命令有哪些
- 终端里都支持哪些命令
# pipe
= Pipe it: `echo "12 + 7 = ?" | python3 run.py chat`. || `echo "12 + 7 = ?" | python3 run.py chat`
How do I pipe a question (in|into it|to the model)
How (can|do) I use (a pipe|pipes|it in a script|it in a shell script) / Can I (pipe|use a pipe)
How do I get only the answer [in the terminal] / How do I (ask|send) one question from the shell
- How can I pipe one question to you
= 用管道：`echo "12 + 7 = ?" | python3 run.py chat`。 || `echo "12 + 7 = ?" | python3 run.py chat`
(怎么|如何|怎样)(用|使用)管道 / (可以|能)用管道吗 / (怎么|如何)在(脚本|shell)(里|中|)(提问|使用|用你)
(怎么|如何)只(输出|打印|得到)(答案|回答)
管道(怎么用|用法是什么)
- 我想用管道提问，怎么用
# test
= Run `python3 run.py test`. || `python3 run.py test`
How do I run the tests / (What|Which) command runs the tests
How (to|can I) test (glm-webui|the code|the program|this) / Run [all] the tests
Where are the tests and how do I run them / How are the tests (run|started)
- With which command can I run all the tests
= 运行 `python3 run.py test`。 || `python3 run.py test`
(怎么|如何|怎样)(运行|跑|执行)测试 / (运行|跑)测试(用什么命令|的命令是什么) / (怎么|如何)测试(程序|代码|glm-webui)
(我想|)(运行|跑)(全部|所有|)测试
测试(怎么跑|怎么运行)
- 跑全部测试要用哪个命令
# address
= Open `http://127.0.0.1:7860`. || `http://127.0.0.1:7860` || http://127.0.0.1:7860
(What|Which) (address|URL|link) do I open / Where is the (web page|page|web interface)
(What|Which) is the address of the (page|demo)
(Which|What) is the default port / On which (port|address) does (it|the page|the demo) run / Where do I open the page
- At what address can I find the page
= 打开 `http://127.0.0.1:7860`。 || `http://127.0.0.1:7860` || http://127.0.0.1:7860
(网页|页面|演示)的(地址|网址|链接)是什么 / (网页|页面)在(哪里|哪个地址) / (打开|访问)(哪个|什么)(地址|网址)
默认端口是(多少|哪个|几) / 网页在哪个端口
在浏览器里打开什么
- 我应该访问什么网址
# picture_page
= The picture page is `/image`. || `/image`
Where is the (picture|image) page / (What|Which) page is for pictures
(What|Which) is the address of the (picture|image) page
How do I (open|find|get to) the (picture|image) page / On which page can I ask about (pictures|images)
- What page do I open for pictures
= 图片页面是 `/image`。 || `/image`
图片页(面|)在(哪里|哪个地址) / 图片页(面|)的(地址|网址)是什么 / (怎么|如何)打开图片页(面|)
(在|)(哪个|什么)页面(可以|能)(看图|问图片) / 看图用哪个页面
- 图片的页面怎么打开
# api
= Send a POST to `/v1/chat/completions`. || `/v1/chat/completions`
(Is there|Do you have|Does it have) (an API|a HTTP API|an interface for programs)
How do I use (the API|it over HTTP|the HTTP API)
(What|Which) is the (API address|API endpoint|endpoint)
How do I (call|reach) (the API|you over HTTP|the model from a program)
Can I use (curl|HTTP) / How do I use curl [with this] / Is the API like that of OpenAI
- How can a program call you over HTTP / What address does the API have
= 向 `/v1/chat/completions` 发送 POST。 || `/v1/chat/completions`
有(没有|)API[吗] / API (怎么用|怎么调用|的地址是什么|在哪里) / (怎么|如何)(用|使用|调用)API / 接口(的|)地址是什么
(可以|能)(用 curl|通过 HTTP)(访问|调用|)吗
(怎么|如何)(通过|用) HTTP (调用|访问)(模型|你|) / (怎么|如何)用 curl
- 程序要怎么调用你的接口 / 我的程序能通过 API 调用你吗
# model
= Start it with `--model FOLDER`. || `--model FOLDER`
How do I (load|use) (a checkpoint|another checkpoint|a bigger model|a larger model|my own model|a real model)
How (to|can I) load a (model|checkpoint) / Can I (load|use) (a larger model|a bigger model|my own model|another model)
What does --model do
How do I (change|switch|replace) the model / Where do I give the (model|folder of the model)
I want a (larger|bigger|better) model
(What|Which) option (loads|is for) (a model|a checkpoint) / How do I use --model
- How do I switch to a larger checkpoint / How can I start it with my own checkpoint
= 启动时加上 `--model 文件夹`。 || `--model 文件夹`
(怎么|如何|怎样)(加载|使用|用|打开)(检查点|更大的模型|别的模型|其他模型|大模型|自己的模型|模型)
(怎么|如何|怎样)(换|更换|切换)(模型|检查点)
(可以|能)(用|加载|换)(更大的模型|我自己的模型|别的模型)吗 / 模型(文件夹|)在哪里设置
--model (是什么|有什么用|怎么用|是什么意思) / 我(想|要)用(更大的|大|别的)模型
(用|)哪个选项(加载|设置)模型
- 怎样切换到更大的检查点 / 我想换成自己的模型该怎么启动
# gpu
= Add `--device cuda`. || `--device cuda`
How do I use (the GPU|a GPU|my GPU|CUDA|the graphics card) / Can (it|you) (run|work) on (a GPU|the GPU|CUDA)
How (to|can I) run (it|the model) on the GPU
(What|Which) option is for the GPU / Does it (use|support) (a GPU|CUDA|the GPU)
- With which option does it run on my graphics card
= 加上 `--device cuda`。 || `--device cuda`
(怎么|如何|怎样)(用|使用) (GPU|CUDA|显卡) / (可以|能)(用|在)( GPU|显卡)(上运行|运行|)吗 / (怎么|如何)在 GPU 上运行
(用|)哪个选项(使用|选择) GPU / 支持(GPU|显卡|CUDA)吗
- 想在显卡上运行要加哪个选项
# second_gpu
= Add `--device cuda:1`. || `--device cuda:1`
How do I use the (second|other) (GPU|graphics card) / How do I choose (the|a|which) GPU
I have two GPUs, how do I (choose one|use the second)
(What|Which) option (chooses|picks) the second GPU / Run on the second GPU
- Which option do I use for the second graphics card
= 加上 `--device cuda:1`。 || `--device cuda:1`
(怎么|如何|怎样)(用|使用|选择)第二(块|张|个)(GPU|显卡) / 我有两(块|张)显卡，(怎么选|用哪个选项)
(怎么|如何)选择(哪块|)(GPU|显卡) / 在第二块显卡上运行
- 第二块显卡要怎么选
# cpu
= Add `--device cpu`. || `--device cpu`
How do I (run|use) it on the CPU / How do I (use|choose) (the|only the) CPU
Can (it|you) run (without a GPU|on the CPU) / I have no GPU, what do I do
(What|Which) option is for the CPU / Do I need a GPU
- Which option makes it run on the CPU only
= 加上 `--device cpu`。 || `--device cpu`
(怎么|如何|怎样)(用|使用|在) CPU [上](运行|) / (可以|能)(不用|没有)(GPU|显卡)(运行|)吗
我没有(GPU|显卡)(怎么办|能用吗) / (用|)哪个选项使用 CPU / 需要(GPU|显卡)吗
- 只想用 CPU 要加哪个选项
# mac
= On a Mac add `--device mps`. || `--device mps`
How do I (run|use) it on (a Mac|my Mac|Apple chips|macOS) / Does it (run|work) on (a Mac|Apple|macOS)
(What|Which) option is for (a Mac|Apple chips|MPS)
How do I use MPS / I have a Mac, which device do I choose
- Can I run it on my Mac, and how
= 在 Mac 上加 `--device mps`。 || `--device mps`
(怎么|如何|怎样)在(Mac|苹果电脑)上(运行|使用|用) / (Mac|苹果电脑)(能用吗|可以用吗|能运行吗) / (怎么|如何)(用|使用) MPS
(Mac|苹果电脑)(用|选)哪个选项
- 苹果电脑上要怎么运行
# precision
= Use `--precision auto`, `fp32`, `bf16` or `fp16`.
How do I (set|change|choose) the (precision|number format)
(What|Which) (precisions|number formats) (are there|do you support|can I use)
How do I (use|run in) (half precision|fp16|bf16|fp32|float16) / What does --precision do / How do I save memory
Can I use (fp16|bf16|half precision)
(What|Which) option sets the precision
- How can I run the model in half precision / Which values can the precision have
= 用 `--precision auto`、`fp32`、`bf16` 或 `fp16`。
(怎么|如何|怎样)(设置|改|选择|修改)精度 / (支持|有)(哪些|什么)精度 / (怎么|如何)(用|使用)(半精度|fp16|bf16|fp32)
--precision (是什么|有什么用|怎么用) / (可以|能)用(半精度|fp16|bf16)吗
(怎么|如何)(省|节省)(内存|显存) / (用|)哪个选项设置精度
- 想用半精度运行怎么设置 / 精度可以选哪些
# lang
= Add `--lang en` or `--lang zh`.
How do I (change|set|choose) the language [of the page|of the program] / (What|Which) option sets the language
What does --lang do
How do I get (the page|it) in (Chinese|English) / Can the page be in (Chinese|English)
- How can I switch the page to Chinese
= 加上 `--lang zh` 或 `--lang en`。
(怎么|如何|怎样)(换|改|设置|切换|选择)(页面|界面|程序的|)语言 / 界面(怎么|如何)(换成|变成)(中文|英文)
--lang (是什么|有什么用|怎么用) / (用|)哪个选项设置语言
界面(可以|能)用(中文|英文)吗
- 页面要怎么切换成中文
# port
= Add `--port 8000`. || `--port 8000`
How do I (change|set|choose) the port / How do I use (another|a different) port / (What|Which) option sets the port
What does --port do
The port is (in use|taken), what do I do / Port 7860 is in use
- Can I run it on a different port
= 加上 `--port 8000`。 || `--port 8000`
(怎么|如何|怎样)(换|改|设置|修改|选择)端口 / (怎么|如何)用(别的|其他|另一个)端口 / 端口被占用了[怎么办]
--port (是什么|有什么用|怎么用) / (用|)哪个选项设置端口
- 想换一个端口怎么办
# host
= Add `--host 0.0.0.0 --auth USER:PASSWORD`. || `--host 0.0.0.0 --auth USER:PASSWORD`
How do I open (it|the page) to (my network|other machines|other computers|the network)
How can (others|other computers|my phone) reach the page
(What|Which) option opens the page to other computers / What does --host do
Can I use it from (my phone|another computer)
- How do I reach the page from another machine in my network
= 加上 `--host 0.0.0.0 --auth USER:PASSWORD`。 || `--host 0.0.0.0 --auth 用户:密码`
(怎么|如何|怎样)让(别的电脑|其他电脑|手机|局域网)(访问|打开)[网页|页面] / (可以|能)(从|用)(手机|别的电脑)(访问|打开)吗
--host (是什么|有什么用|怎么用) / 局域网(怎么|如何)访问
- 其他电脑怎样才能访问网页
# auth
= Add `--auth USER:PASSWORD`. || `--auth USER:PASSWORD`
How do I (set|add|use) a password / How do I protect the page [with a password]
(What|Which) option sets the password / What does --auth do
Can I (set|use|add) a (password|login) / I want a (password|login) for the page
- How can the page ask for a login and password
= 加上 `--auth USER:PASSWORD`。 || `--auth USER:PASSWORD`
(怎么|如何|怎样)(设置|加|添加|使用)密码 / (怎么|如何)(保护|加密)(网页|页面) / --auth (是什么|有什么用|怎么用)
(用|)哪个选项设置密码 / (可以|能)(设置|加)密码吗
网页(怎么|如何)加登录
- 我想给网页设个密码
# share
= Add `--share --auth USER:PASSWORD`. || `--share --auth USER:PASSWORD`
How do I (share|get a public link to|publish) (it|the page|the demo)
How do I (get|make|create) a (share|public) link / Can I share (it|the page|the demo) [with friends]
(What|Which) option (shares|makes a link) / What does --share do
I want (a public link|to share the page|a share link)
- How can I get a link for my friends / Can you make a public link
= 加上 `--share --auth USER:PASSWORD`。 || `--share --auth 用户:密码`
(怎么|如何|怎样)(分享|共享|公开)(页面|网页|演示|给朋友|) / (怎么|如何)(得到|获得|生成|创建)(分享|公开|公共)链接
--share (是什么|有什么用|怎么用) / (可以|能)分享(给朋友|网页|)吗
我(想|要)(一个|)(分享|公开)链接
- 怎样把网页分享给别人 / 能生成一个公开的链接吗
# python
= In Python: `import model; m = model.load()`. || `import model; m = model.load()`
How do I use (it|you|the model) (in|from) Python / How do I load the model in Python
Can I use (it|the model) (in|from) (Python|my own code|a Python script)
(What|Which) Python code loads the model / How do I import the model
- How can my Python code use the model
= 在 Python 里：`import model; m = model.load()`。 || `import model; m = model.load()`
(怎么|如何|怎样)(在|用) Python [里|中](使用|调用|加载)(模型|你|) / (可以|能)在 Python 里用吗
用 Python (怎么|如何)(加载|调用)模型 / 哪段 Python 代码加载模型 / (怎么|如何)导入模型
- 我的 Python 代码怎么调用模型
# space
= Push this folder to the Space; `app.py` is the entry.
How do I (run|deploy|put|use) it on (a Hugging Face Space|Hugging Face|Spaces)
Can I (run|host|deploy) it on (Hugging Face|a Space)
How do I make a (Space|Hugging Face Space) / What is app.py for / (What|Which) file is the entry of the Space
- How can I deploy this to a Hugging Face Space
= 把这个文件夹推到 Space，入口是 `app.py`。
(怎么|如何|怎样)(部署到|放到|用在)( Hugging Face| Space| Hugging Face Space)[上]
(可以|能)(部署到|放到) Hugging Face [上]吗 / app.py (是什么|有什么用)
(怎么|如何)(做|建)一个 Space / Space 的入口是哪个文件
- 想部署到 Hugging Face Space 上怎么做
# python_version
= Python 3.11 or newer. || 3.11 || 3.11 or newer
(What|Which) (Python version|version of Python) do I need / What do I need to run (it|this|glm-webui)
(What|Which) Python does it need
What are the requirements / Does it (work|run) with Python 3.(9|10|11|12)
- Which version of Python is needed
= 需要 Python 3.11 或更新。 || 3.11 || Python 3.11 或更新
需要(哪个|什么)(版本的 Python|Python 版本) / Python (要|需要)(什么|哪个)版本 / 运行(它|这个程序|glm-webui)需要什么
(Python|)最低版本是多少 / 有什么(要求|需求)
支持 Python 3.(9|10|11|12) 吗
- 要求哪个版本的 Python
# first_start
= The first start sets up `.venv`; that takes a few minutes.
Why is the first start [so] slow / What happens at the first start
How long does the (first start|setup|installation) take / What is .venv for
Why does (it|the start) take so long / Where are the packages installed
- What does the first start do for so long
= 第一次启动会建立 `.venv`，要几分钟。
第一次启动(为什么|怎么)(这么|)(慢|久) / 第一次启动(会做什么|做什么) / (安装|第一次启动)(要|需要)(多久|多长时间)
.venv (是什么|有什么用) / 启动为什么(这么|)(慢|久)
- 为什么第一次启动要这么长时间
# download
= No, nothing is downloaded: the small model comes with it.
Do I (need|have) to download (something|a model|anything) / Is (a model|anything|something) downloaded
Does it download (a model|anything)
Where do I download the model / Can I download you / Is the model included / Does a model come with it
- Must I download a model first
= 不用下载，小模型已经自带。
(需要|要)下载(模型|东西|什么|)吗 / (模型|你)(在哪里|从哪里)下载 / 会(自动|)下载(模型|东西)吗 / (自带|包含)模型吗
模型是自带的吗
- 我得先下载模型吗
# weights
= They are in `assets/embedded/`. || `assets/embedded/`
Where are (your|the) (weights|files|model files|parameters) / In which folder (are you|is the model|are the weights)
Where is the (embedded|small) model [stored]
(What|Which) folder (holds|has) (your weights|the model)
- In what folder can I find your weights
= 在 `assets/embedded/` 里。 || `assets/embedded/`
(你的|模型的|)(权重|文件|参数文件)(在|放在)(哪里|哪个文件夹) / 模型(文件|)(在|放在)(哪里|哪个文件夹|哪个目录)
自带的模型在哪里 / 哪个文件夹(放|有)(权重|模型)
- 你的权重在哪个目录里
# train
= Run `python -m tuning.train OUT`. || `python -m tuning.train OUT`
How do I train (you|the model|GLM Mini|a model|the small model) / (What|Which) command trains (the model|you)
Can I train (you|it|the model) (myself|again|)
How (to|can I) (train|start the training|repeat the training) / Start the training
- With what command can I train the model myself
= 运行 `python -m tuning.train OUT`。 || `python -m tuning.train OUT`
(怎么|如何|怎样)(训练|重新训练)(你|模型|小模型|GLM Mini) / 训练(模型|)(用什么命令|的命令是什么)
(可以|能)(自己|重新)训练(你|模型|)吗 / (怎么|如何)开始训练 / 我想(自己|)训练模型
- 自己训练模型要用哪个命令
# evaluate
= Run `python -m tuning.evaluate DIR`. || `python -m tuning.evaluate DIR`
How do I (evaluate|measure|score|test) (you|the model|GLM Mini)
(What|Which) command (evaluates|measures|scores) (the model|you)
How do I (measure|get) the (accuracy|scores) / How is (the accuracy|the model) measured
- With which command do I measure the accuracy of the model
= 运行 `python -m tuning.evaluate DIR`。 || `python -m tuning.evaluate DIR`
(怎么|如何|怎样)(评估|测评|评测)(你|模型|) / (评估|评测)模型(用什么命令|的命令是什么)
(怎么|如何)(测|得到|测量)(准确率|分数) / 准确率(怎么测|用什么命令测)
- 用哪个命令可以测模型的准确率
# questions
= Run `python -m tuning.make_questions DIR`. || `python -m tuning.make_questions DIR`
How do I (make|create|generate) (test questions|evaluation questions|questions and pictures|the questions)
(What|Which) command makes (the questions|test questions)
Where do the (evaluation|test) questions come from / How are the test questions made
- With which command can I generate test questions
= 运行 `python -m tuning.make_questions DIR`。 || `python -m tuning.make_questions DIR`
(怎么|如何|怎样)(生成|制作|产生)(测试题|评测题|评估问题|问题和图片)
(生成|制作)(测试题|评测题)(用什么命令|的命令是什么) / (测试题|评测题)(是怎么来的|从哪里来)
- 哪个命令可以生成测试题
# scores
= See `docs/embedded-model.md`. || `docs/embedded-model.md`
(How good are you|What are your scores|What is your accuracy|How accurate are you) / Where are your (scores|results)
Where can I read about GLM Mini
(What|Which) (document|page) describes (you|GLM Mini) / How often are you right
- Where can I find the scores of GLM Mini
= 请看 `docs/embedded-model.md`。 || `docs/embedded-model.md`
你的(准确率|分数|成绩)(是多少|怎么样|在哪里) / 你有多准[确]
(哪里|在哪里)(可以|能)(看到|读到)(你的分数|GLM Mini 的介绍) / 哪个文档介绍(你|GLM Mini)
- 在哪里能看到 GLM Mini 的成绩
# architecture
= See `docs/architecture.md`. || `docs/architecture.md`
How is (glm-webui|the program|the code|the project) built / Where is the architecture [described]
(What|Which) document (explains|describes) the (architecture|code)
Where can I read about the (code|architecture|design)
- Which file explains how the project is built
= 请看 `docs/architecture.md`。 || `docs/architecture.md`
(程序|代码|项目|glm-webui)的(架构|结构|设计)(是什么|在哪里|怎么样) / 架构文档在哪里
哪个(文档|文件)(介绍|说明)(架构|代码) / (哪里|在哪里)能(看到|读到)架构
- 项目的架构在哪个文件里说明
# benchmarks
= See `docs/benchmarks.md`. || `docs/benchmarks.md`
How fast (are you|is it|is the model) / Where are the (benchmarks|speed figures) / How many tokens per second
(What|Which) document has the (benchmarks|figures)
Where can I read about the speed / What is your speed
- Where can I find figures about your speed
= 请看 `docs/benchmarks.md`。 || `docs/benchmarks.md`
(你|模型|程序)(有多快|的速度怎么样|速度多快) / (速度|基准)(测试|数据|数字)在哪里 / 每秒(多少|几个)(词|token)
哪个(文档|文件)有(速度|基准)(数据|数字)
- 在哪里能看到你的速度数据
# gpu_docs
= See `docs/gpu.md`. || `docs/gpu.md`
Where is the GPU (check list|guide|document|page) / (What|Which) document is about (GPUs|the GPU)
What should I check (on|with) a GPU
Where can I read about GPUs
- Which file has the check list for GPUs
= 请看 `docs/gpu.md`。 || `docs/gpu.md`
GPU (的|)(文档|检查清单|说明)在哪里 / 哪个(文档|文件)(介绍|说明|是关于) GPU / 在哪里(能|可以)(看到|读到) GPU 的说明
- GPU 的检查清单在哪个文件
# inside
= I am an EVA-style ViT, a Q-Former and a GLM decoder.
(What|Which) architecture do you have / What are you made of / What is inside you / How are you built
(What|Which) parts do you have
What is your architecture / How do you work inside / What kind of network are you
- Which parts is your network made of
= 我由 EVA 式 ViT、Q-Former 和 GLM 解码器组成。
你(的|是什么)(架构|结构)(是什么|) / 你由什么组成 / 你(的|)内部(是什么|有什么|怎么工作) / 你有哪些部分
你是什么(样的|)网络
- 你的网络由哪些部分组成
# project
= It lets you chat with GLM models in the browser, the terminal or over HTTP.
What is glm-webui / What is this (program|software|project|page) / What does (glm-webui|this program|this software) do
Explain glm-webui
(Tell me|What do you know) about (glm-webui|this program|this project) / What is this for
- What can I do with glm-webui
= 它让你在浏览器、终端或通过 HTTP 与 GLM 模型聊天。
glm-webui (是什么|有什么用|能做什么) / 这(是|个程序是|个软件是|个项目是)(什么|做什么的)
介绍一下(glm-webui|这个程序|这个项目) / 什么是 glm-webui
这个(软件|程序|项目)(有什么用|能做什么)
- 用 glm-webui 可以做什么
"""
