"""ChatGLM2-6B, ChatGLM3-6B, GLM-4 and their children through transformers' own `Glm…` classes.

`layout.py` published configs and weight names · `tokenizers.py` · `templates.py` rounds → prompt · `answers.py` tidying
and thinking parts · `generation.py` the decode loop · `pictures.py` GLM-4.1V's images · `folder.py` puts them together.
"""
