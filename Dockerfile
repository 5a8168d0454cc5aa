# The program in a container.   docker build --target cpu -t glm-webui .     (or --target cuda, for NVIDIA GPUs)
#                               docker run -p 127.0.0.1:7860:7860 -e GLM_AUTH=USER:PASSWORD glm-webui
# compose.yaml does both, with a volume for models that are downloaded.

FROM python:3.12.12-slim-trixie AS base
# g++ compiles the quantised kernels for the processor, and triton's for the GPU.
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 glm \
    && install -d -o glm -g glm /home/glm/.cache /models
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    TRITON_CACHE_DIR=/home/glm/.cache/triton
EXPOSE 7860
VOLUME ["/home/glm/.cache", "/models"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/health', timeout=4)"]
# GLM_AUTH=USER:PASSWORD must be given: the server refuses to be open to others without it.
CMD ["python", "-m", "apps.demo", "--host", "0.0.0.0", "--port", "7860"]

FROM scratch AS program
COPY LICENSE /app/
COPY assets /app/assets
COPY kernels /app/kernels
COPY vision /app/vision
COPY model /app/model
COPY apps /app/apps

FROM base AS cpu
COPY requirements.txt ./
RUN pip install -r requirements.txt --extra-index-url https://download.pytorch.org/whl/cpu
COPY --from=program /app /app
USER glm

FROM base AS cuda
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY --from=program /app /app
USER glm
