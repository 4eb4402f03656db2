FROM python:3.11.16-slim-trixie AS python

FROM python AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# Dependencies before the source, so that a change of the source does not install them again. Wheels only: there is
# no compiler here, and an sdist would run its author's code.
COPY requirements/build.lock requirements/runtime.lock requirements/
RUN pip install --only-binary :all: --require-hashes --requirement requirements/build.lock \
    && python -m venv --without-pip /opt/touchledger \
    && pip --python /opt/touchledger install --only-binary :all: --require-hashes --requirement requirements/runtime.lock
COPY LICENSE README.md pyproject.toml ./
COPY src src
RUN pip wheel --no-deps --no-build-isolation --wheel-dir wheels . \
    && pip --python /opt/touchledger install --no-deps --no-index wheels/*.whl

FROM python AS touchledger
# By number: an orchestrator that refuses to run root cannot tell from a name.
RUN useradd --no-log-init --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin crm
COPY --from=build /opt/touchledger /opt/touchledger
ENV PATH=/opt/touchledger/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
ENTRYPOINT ["crm"]
CMD ["--help"]
