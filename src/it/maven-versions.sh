#!/usr/bin/env bash
# Builds src/it/minimal under several versions of Maven: from scratch, then again without a change. Each must succeed, the second
# build must do nothing, and the generated class must have the same bytes under all. For CI, or by hand:
#
#   src/it/maven-versions.sh [VERSION...]
#
# Distributions are fetched as artifacts by the mvn on the path. Everything is kept below target.
set -euo pipefail

versions=("$@")
[[ ${#versions[@]} -gt 0 ]] || versions=(3.6.3 3.8.7 3.9.16 4.0.0-rc-6)
home=$(cd -P "$(dirname "$0")/../.." && pwd)
work=$home/target/maven-versions
repository=$home/target/it-repo
model=target/generated-sources/nngen/com/acme/Digits.java

cd "$home"
mkdir -p "$work"
printf 'Building the plugin ...\n'
mvn -q -B -ntp -DskipTests "-Dinvoker.test=parent,minimal" verify
filled=$(sed -n 's:.*<filled.repository>\(.*\)</filled.repository>.*:\1:p' target/it/parent/pom.xml)
sed "s|@localRepositoryUrl@|$filled|" src/it/settings.xml >"$work/settings.xml"

# The folder of a distribution.
distribution() {
  local folder=$work/apache-maven-$1
  if [[ ! -d $folder ]]; then
    mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:unpack \
      "-Dartifact=org.apache.maven:apache-maven:$1:zip:bin" "-DoutputDirectory=$work" >&2
    chmod +x "$folder/bin/mvn"
  fi
  printf '%s\n' "$folder"
}

# Builds the project under a version and writes what Maven says to a file.
build() {
  (cd "$work/$1/minimal" && MAVEN_OPTS=-Daether.offline.protocols=file "$2/bin/mvn" -B -s "$work/settings.xml" \
    "-Dmaven.repo.local=$repository" verify) >"$work/$1/$3.log" 2>&1
}

# What is wrong with a version; nothing where all is well.
fault() {
  local folder
  folder=$(distribution "$1") || { printf 'not found'; return; }
  rm -rf "${work:?}/$1"
  mkdir -p "$work/$1"
  cp -r target/it/parent target/it/minimal "$work/$1"
  rm -rf "$work/$1"/*/target "$work/$1"/*/build.log
  build "$1" "$folder" first || { printf 'the build failed, see %s' "$work/$1/first.log"; return; }
  build "$1" "$folder" second || { printf 'the second build failed, see %s' "$work/$1/second.log"; return; }
  grep -q 'Tests run: 1, Failures: 0' "$work/$1/first.log" || { printf 'the test did not run'; return; }
  [[ $(grep -c 'Nothing to do: 1 model file, unchanged' "$work/$1/second.log") == 2 ]] || { printf 'the second build did something'; return; }
  cmp -s "$work/$1/minimal/$model" "$home/target/it/minimal/$model" || printf 'the generated class differs'
}

status=0
for version in "${versions[@]}"; do
  found=$(fault "$version")
  if [[ -z $found ]]; then
    printf 'ok    Maven %s\n' "$version"
  else
    printf 'FAIL  Maven %s: %s\n' "$version" "$found"
    status=1
  fi
done
exit "$status"
