#!/bin/sh
# Installs the C interface into a folder of its own and uses it as another program would: with pkg-config, from C and C++.
# Runs Tests/CLibrary/test.c plain, with the address sanitizer, and under valgrind.
#
#   run.sh WORK-FOLDER
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$1"
work=$(cd -- "$1" && pwd)
rm -rf "$work/prefix"
rules=$here/../../docs/example/our-rules
make -C "$here/../.." --no-print-directory install-library PREFIX="$work/prefix" >"$work/install.log" 2>&1 || {
  cat "$work/install.log" >&2
  exit 1
}

export PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig"
export LD_LIBRARY_PATH="$work/prefix/lib"
warnings='-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Werror'
flags=$(pkg-config --cflags --libs bodylint)
compile() {
  # shellcheck disable=SC2086 # options are words
  ${CC:-cc} $warnings -g "$@" -o "$work/test" "$here/test.c" $flags -lpthread
}

step() { printf '%s: ' "$*"; }

step 'no name but its own, and no library but those of C and C++'
if nm -D --defined-only "$work/prefix/lib/libbodylint.so" | grep -E ' [A-Z] ' | grep -vE ' A BODYLINT_1$| T bodylint_'; then
  echo 'other names are visible' >&2
  exit 1
fi
if readelf -d "$work/prefix/lib/libbodylint.so" | grep NEEDED | grep -vE '\[(libc|libm|libstdc\+\+|libgcc_s|ld-linux[^]]*)\.so'; then
  echo 'other libraries are needed' >&2
  exit 1
fi
echo 'yes'

step 'the header alone, in C++'
printf '#include <bodylint.h>\nint main() { return bodylint_abi_version() == BODYLINT_ABI_VERSION ? 0 : 1; }\n' >"$work/test.cc"
# shellcheck disable=SC2086
${CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic -Werror -o "$work/test-cc" "$work/test.cc" $flags
"$work/test-cc"
echo 'yes'

step plain
compile
"$work/test" "$rules"

step 'address sanitizer'
compile -fsanitize=address,undefined -fno-sanitize-recover=all
"$work/test" "$rules"

step valgrind
compile
UNDER_VALGRIND=1 valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \
  "$work/test" "$rules"

step 'docs/c.md'
awk '/^```c$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$here/../../docs/c.md" >"$work/doc.c"
awk '/^```text$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$here/../../docs/c.md" >"$work/doc.expected"
# shellcheck disable=SC2086
${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror -o "$work/doc" "$work/doc.c" $flags
status=0
"$work/doc" >"$work/doc.txt" || status=$?
[ "$status" -eq 1 ]
diff "$work/doc.expected" "$work/doc.txt"
echo 'as it says'
