#!/usr/bin/env bash
# Builds the extensions beside their sources so that AddressSanitizer and UBSan watch every byte
# and the fuzzer sees every branch. Use a clone of its own: afterwards they load in no other process.
#
#     CLANG=clang-14 tests/fuzz/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

headers=$(python3 -c 'import sysconfig; print(sysconfig.get_paths()["include"])')
for source in leakhunt/git/packs/_delta.c leakhunt/git/packs/_trees.c \
    leakhunt/engine/decode/_images.c leakhunt/chat/_said.c; do
    "${CLANG:-clang}" -O1 -g -fPIC -shared -fno-omit-frame-pointer \
        -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined \
        -I"$headers" "$source" -o "${source%.c}.abi3.so"
done
