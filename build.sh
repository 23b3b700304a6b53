#!/bin/sh
# Builds, tests and runs Easel: `./build.sh help` lists the targets, and each is a function below.
# Needs a JDK 21 or newer, and Maven to fetch the jars of deps.txt once. All it makes is under build/.
set -eu

VERSION=0.1.0
CALLER=$PWD
JDK=
cd "$(dirname "$0")"
ROOT=$PWD

JAVA_RELEASE=21
LINT='-Xlint:all -Werror -proc:none'
MEMORY='-XX:+UseSerialGC -Xms8m -Xmx256m -XX:+ExitOnOutOfMemoryError'
# The platforms whose SQLite goes into the jar; each is about half a megabyte.
NATIVES='Linux/x86_64 Linux/aarch64 Linux/armv7 Linux-Musl/x86_64 Linux-Musl/aarch64
  Mac/x86_64 Mac/aarch64 Windows/x86_64'
# Every entry of the jar carries this date, so that the same sources make the same bytes.
JAR_DATE=2026-01-01T00:00:00Z
SHA256=sha256sum
command -v sha256sum > /dev/null || SHA256='shasum -a 256'
COPY=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy

# ---------------------------------------------------------------- targets

help() {
  cat <<TEXT
Easel $VERSION. Usage: ./build.sh TARGET [ARGUMENTS]

  run [ARGS]     build, then start the jar with ARGS
  test [NAME..]  build the jar, then run all tests, or those whose Class#method contains a NAME
  check [quick]  all warnings as errors, the house rules, scripts, the page's types; quick: what need not compile Easel
  jar            build/easel.jar, the same bytes each time
  bench [ARGS]   measure the jar against a fake upstream: quick, throughput, large, streams, polls, fallback, start, pool
  fetch [run]    the jars of deps.txt, checked against their SHA-256; run: without those of the tests
  compile        the classes only
  jdk            which JDK is used
  setup          let git run .githooks/pre-commit
  clean          remove build/

EASEL_TEST_JAVA=/path/to/java ./build.sh test  runs the same compiled tests, and the jar they start, on another JVM.
TEXT
}

fetch() {
  wanted > /dev/null
  remove_unwanted
  missing=$(not_as_pinned "$@")
  [ -n "$missing" ] || return 0
  command -v mvn > /dev/null \
    || die "Maven (mvn) is not on the PATH; it is needed once, to fetch $(count "$missing") of deps.txt"
  find_jdk
  echo "fetching $(count "$missing")"
  printf '%s\n' "$missing" | while read -r file _; do rm -f "$file"; done
  fetch_pom "$missing" > build/lib/pom.xml
  JAVA_HOME=$JDK mvn -q -B -f build/lib/pom.xml "$COPY" < /dev/null > build/lib/fetch.log 2>&1 || not_fetched "$@"
  wrong=$(not_as_pinned "$@")
  [ -n "$wrong" ] || return 0
  for file in $(printf '%s\n' "$wrong" | cut -d ' ' -f 1); do
    [ -f "$file" ] || not_fetched "$@"
    echo "build.sh: $(basename "$file") has the SHA-256 $($SHA256 "$file" | cut -d ' ' -f 1)," \
      'which is not the one in deps.txt: it was thrown away' >&2
    rm -f "$file"
  done
  exit 1
}

compile() {
  fetch run
  find_jdk
  compile_tree classes src 'build/lib/run/*'
  copy_page
}

jar() {
  compile
  changed jar build/classes.made build/page.made NOTICE LICENSE || return 0
  unpack_libraries
  rm -rf build/stage
  mkdir -p build/stage
  cp -R build/libraries/. build/classes/. build/stage/
  cp NOTICE LICENSE build/stage/META-INF/licenses/
  manifest > build/manifest.txt
  (cd build/stage && find . -type f | sed 's|^\./\(.*\)|"\1"|' | LC_ALL=C sort) > build/jar.list
  (cd build/stage && "$JDK/bin/jar" --create --file ../easel.jar.new --manifest ../manifest.txt \
    --date="$JAR_DATE" @../jar.list)
  mv build/easel.jar.new build/easel.jar
  # Java complains about the archive of another jar.
  rm -f build/easel.jsa
  rm -rf build/stage
  made jar
}

run() {
  jar
  cd "$CALLER"
  # The archive of loaded classes makes the second start faster; what Java tells while writing it is of no use.
  exec "$JDK/bin/java" $MEMORY -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile="$ROOT/build/easel.jsa" \
    '-Xlog:cds*=error' -jar "$ROOT/build/easel.jar" "$@"
}

test() {
  jar
  compile_tests
  java_tests RunTests "$@"
}

check() {
  check_scripts
  find_jdk
  if [ "${1:-}" != quick ]; then
    compile
    compile_tests
  fi
  tidy
  check_page
  echo 'check: good'
}

bench() {
  jar
  compile_tests
  compile_tree bench bench 'build/tests:build/classes:build/lib/run/*' build/tests.made
  [ ! -f build/bench.txt ] || mv build/bench.txt build/bench.last.txt
  "$JDK/bin/java" -XX:+UseSerialGC -Xmx512m -Dbench.root="$ROOT" -cp 'build/bench:build/tests:build/classes:build/lib/run/*' \
    bench.Bench "$@"
}

jdk() {
  find_jdk
  echo "$JDK"
}

setup() {
  git config core.hooksPath .githooks
  echo 'git runs .githooks/pre-commit before each commit'
}

clean() {
  rm -rf build
}

# ---------------------------------------------------------------- the JDK

# Sets JDK to the home of a JDK that is new enough: JAVA_HOME, then the PATH, then the usual places.
find_jdk() {
  [ -z "${JDK:-}" ] || return 0
  brew='opt/openjdk*/libexec/openjdk.jdk/Contents/Home'
  mac='Library/Java/JavaVirtualMachines/*/Contents/Home'
  places="/usr/lib/jvm/*:$HOME/.sdkman/candidates/java/*:/opt/homebrew/$brew:/usr/local/$brew:/$mac:$HOME/$mac"
  places=${EASEL_JDK_PLACES-$places}
  older=
  IFS=:
  for home in "${JAVA_HOME:-}" "$(jdk_on_path)" $places; do
    version=$(jdk_version "$home")
    if [ "$version" -ge "$JAVA_RELEASE" ]; then
      JDK=$home
      break
    fi
    [ "$version" = 0 ] || older=" (found only $version in $home)"
  done
  unset IFS
  [ -n "${JDK:-}" ] || die "a JDK $JAVA_RELEASE or newer is needed$older: install one, or set JAVA_HOME to it"
}

jdk_on_path() {
  javac=$(command -v javac) || return 0
  javac=$(readlink -f "$javac" 2> /dev/null || echo "$javac")
  echo "${javac%/bin/javac}"
}

# The major version of the JDK at $1, or 0 where none is. The file `release` saves starting a JVM for each candidate.
jdk_version() {
  [ -n "$1" ] && [ -x "$1/bin/javac" ] || { echo 0; return 0; }
  major=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2> /dev/null) || major=
  [ -n "$major" ] || major=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  echo "${major:-0}"
}

# ---------------------------------------------------------------- the jars

# One line for each jar of deps.txt: file, SHA-256, coordinates.
wanted() {
  awk '/^#/ || NF == 0 { next }
    NF < 4 || split($1, at, ":") < 3 || $2 !~ /^[0-9a-f]+$/ || length($2) != 64 || $3 !~ /^(run|test)$/ {
      print "build.sh: deps.txt line " NR " must be: group:artifact:version SHA-256 run|test reason" > "/dev/stderr"
      exit 1
    }
    { print "build/lib/" $3 "/" at[2] "-" at[3] (at[4] == "" ? "" : "-" at[4]) ".jar", $2, $1 }' deps.txt
}

# The lines of `wanted`, only of the scope $1 if given, whose jar is not there or not the pinned one.
not_as_pinned() {
  wanted | awk -v folder="build/lib/${1:-}" 'index($1, folder) == 1' > build/lib/wanted
  find "build/lib/${1:-}" -name '*.jar' -exec $SHA256 {} + > build/lib/present
  awk 'FILENAME ~ /present$/ { sum[$2] = $1; next } (sum[$1] "") != ($2 "")' build/lib/present build/lib/wanted
}

# A jar that deps.txt no longer names would stay on the class path.
remove_unwanted() {
  mkdir -p build/lib/run build/lib/test
  wanted > build/lib/wanted
  find build/lib -name '*.jar' | while read -r file; do
    grep -q "^$file " build/lib/wanted || rm -f "$file"
  done
}

# One Maven run for all of them. It names no repository: where jars come from is the business of whoever runs it.
fetch_pom() {
  echo '<project><modelVersion>4.0.0</modelVersion>'
  echo '<groupId>easel</groupId><artifactId>jars</artifactId><version>0</version>'
  echo '<packaging>pom</packaging><build><plugins><plugin><groupId>org.apache.maven.plugins</groupId>'
  echo '<artifactId>maven-dependency-plugin</artifactId><configuration><artifactItems>'
  printf '%s\n' "$1" | awk '{
    split($3, at, ":")
    split($1, path, "/")
    print "<artifactItem><groupId>" at[1] "</groupId><artifactId>" at[2] "</artifactId><version>" at[3] "</version>" \
      (at[4] == "" ? "" : "<classifier>" at[4] "</classifier>") \
      "<outputDirectory>" path[3] "</outputDirectory></artifactItem>"
  }'
  echo '</artifactItems></configuration></plugin></plugins></build></project>'
}

not_fetched() {
  die "Maven could not fetch $(count "$(not_as_pinned "$@")") of deps.txt;" \
    'without a network none can be had (its own words: build/lib/fetch.log)'
}

count() {
  printf '%s\n' "$1" | awk 'NR == 1 { split($1, path, "/"); first = path[4] }
    END { print NR == 1 ? "the jar " first : NR " jars" }'
}

# ---------------------------------------------------------------- compiling

# True when a file at $2... is newer than the last `made $1`, came or went; also for another JDK or another build.sh.
changed() {
  name=$1
  shift
  { echo "$JDK"; find "$@" build.sh deps.txt -type f 2> /dev/null | LC_ALL=C sort; } > "build/$name.new"
  cmp -s "build/$name.new" "build/$name.made" || return 0
  [ -z "$(find "$@" build.sh deps.txt -type f -newer "build/$name.made" 2> /dev/null | head -n 1)" ] || return 0
  rm "build/$name.new"
  return 1
}

# Its time is that of the look at the sources, not of the end: an edit during the compilation is not lost.
made() {
  mv "build/$1.new" "build/$1.made"
}

# Compiles the tree $2 into build/$1 against the class path $3, all of it or nothing; $4... are more files to watch.
compile_tree() {
  to=$1 from=$2 path=$3
  shift 3
  changed "$to" "$from" "$@" || return 0
  rm -rf "build/$to" "build/$to.made"
  mkdir -p "build/$to"
  find "$from" -name '*.java' 2> /dev/null | LC_ALL=C sort | sed 's/.*/"&"/' > "build/$to.sources"
  lint=$LINT
  # JUnit's classes name annotations that are not in its jar.
  [ "$to" != tests ] || lint="$LINT -Xlint:-classfile"
  if [ -s "build/$to.sources" ]; then
    "$JDK/bin/javac" --release "$JAVA_RELEASE" $lint -encoding UTF-8 -g -d "build/$to" -cp "$path" "@build/$to.sources"
  fi
  copy_others "$from" "build/$to"
  made "$to"
}

compile_tests() {
  fetch
  compile_tree tests test 'build/classes:build/lib/run/*:build/lib/test/*' build/classes.made
}

# What is in a source tree and is not Java (SQL, recorded replies) goes along with the classes.
copy_others() {
  [ -d "$1" ] || return 0
  (cd "$1" && find . -type f ! -name '*.java') | while read -r file; do
    mkdir -p "$2/$(dirname "$file")"
    cp "$1/$file" "$2/$file"
  done
}

# The page and the sample configuration lie among the classes, so that both are found there as in the jar.
copy_page() {
  changed page web config build/classes.made || return 0
  rm -rf build/classes/web build/classes/config
  [ ! -d web ] || cp -R web build/classes/web
  [ ! -f config/setting.toml ] || { mkdir -p build/classes/config && cp config/setting.toml build/classes/config/; }
  made page
}

# ---------------------------------------------------------------- packing

# All run jars in one folder, without what is of no use inside ours. Signatures must go: they would not match any more.
unpack_libraries() {
  changed libraries build/lib/run || return 0
  rm -rf build/libraries
  mkdir -p build/libraries
  for file in build/lib/run/*.jar; do
    (cd build/libraries && "$JDK/bin/jar" --extract --file "$ROOT/$file" && rm -f META-INF/*.SF META-INF/*.RSA)
  done
  (
    cd build/libraries
    mv META-INF all-meta
    mkdir -p META-INF/licenses META-INF/services META-INF/maven/org.xerial/sqlite-jdbc
    mv all-meta/services/java.sql.Driver META-INF/services/
    # The driver names the native file it unpacks after this version.
    mv all-meta/maven/org.xerial/sqlite-jdbc/VERSION META-INF/maven/org.xerial/sqlite-jdbc/
    mv all-meta/maven/org.xerial/sqlite-jdbc/LICENSE META-INF/licenses/Apache-2.0.txt
    rm -rf all-meta module-info.class
    mv org/sqlite/native all-natives
    for platform in $NATIVES; do
      mkdir -p "org/sqlite/native/$platform"
      mv "all-natives/$platform"/* "org/sqlite/native/$platform/"
    done
    rm -rf all-natives
  )
  made libraries
}

manifest() {
  echo 'Main-Class: easel.Main'
  echo 'Implementation-Title: Easel'
  echo "Implementation-Version: $VERSION"
  # SQLite's native code; without it JDK 24 and newer warn, and later ones will refuse.
  echo 'Enable-Native-Access: ALL-UNNAMED'
  # Optional, put beside the jar by those who use PostgreSQL.
  echo 'Class-Path: lib/postgresql.jar'
}

# ---------------------------------------------------------------- running tests and checks

java_tests() {
  "${EASEL_TEST_JAVA:-$JDK/bin/java}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -ea \
    --enable-native-access=ALL-UNNAMED -Deasel.jar="$ROOT/build/easel.jar" \
    -cp 'build/tests:build/classes:build/lib/run/*:build/lib/test/*' "$@"
}

# The house rules need nothing but the JDK's own parser, so they do not wait for the rest to compile.
tidy() {
  mkdir -p build/tidy
  "$JDK/bin/javac" $LINT -d build/tidy -sourcepath test test/easel/Tidy.java
  "$JDK/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp build/tidy easel.Tidy .
}

check_scripts() {
  for script in build.sh .githooks/* .ci/*; do sh -n "$script"; done
  if command -v shellcheck > /dev/null; then
    # SC2086: options and lists of words are split on purpose.
    shellcheck -S warning -e SC2086 build.sh .githooks/* .ci/*
  else
    echo 'check: scripts only parsed, shellcheck is not installed'
  fi
}

check_page() {
  [ -d web/js ] || return 0
  if command -v tsc > /dev/null; then
    tsc --noEmit --allowJs --checkJs --strict --target es2022 --module es2022 --moduleResolution bundler \
      --lib es2022,dom,dom.iterable web/js/main.js
  else
    echo 'check: types of the page SKIPPED, tsc is not installed'
  fi
}

die() {
  echo "build.sh: $*" >&2
  exit 1
}

target=${1:-help}
[ $# -eq 0 ] || shift
case $target in
  help | run | test | check | jar | bench | fetch | compile | jdk | setup | clean) "$target" "$@" ;;
  -h | --help) help ;;
  *) die "no target named $target; ./build.sh help lists them" ;;
esac
