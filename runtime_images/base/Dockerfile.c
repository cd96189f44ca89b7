# Family c: a C and C++ toolchain.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends g++ gcc libc6-dev make \
 && rm -rf /var/lib/apt/lists/*
