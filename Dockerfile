# The suite in a container: CPU, weights inside, no network needed once it is built.
#   docker build -t course . && docker run --rm -p 7860:7860 course
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    GRADIO_SERVER_NAME=0.0.0.0 \
    GRADIO_SERVER_PORT=7860

RUN useradd --create-home course
WORKDIR /home/course/app

# First, so that a change of the suite does not install PyTorch again. Without CUDA: 0.2 instead of 5 GB.
COPY requirements.txt ./
RUN pip install torch torchvision --index-url https://download.pytorch.org/whl/cpu \
    && pip install -r requirements.txt

COPY --chown=course app.py README.md LICENSE ./
COPY --chown=course demos demos
COPY --chown=course models models
COPY --chown=course weights weights

# Gradio writes beside its components; nothing else of the system may be written.
RUN chown course /home/course/app
USER course
# Draws the charts' JavaScript once, for the first visitor.
RUN python -c "import app; from demos.widgets import live_chart; live_chart.build_bundle()"

EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
# Not through a shell, so that SIGTERM arrives.
CMD ["python", "app.py"]
