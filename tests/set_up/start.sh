# SPDX-License-Identifier: Apache-2.0
# ./run with feeds: what it reads, what it goes on after, and that the exercise stays apart. Read by
# tests/set_up/run; build, set-up and program are stand-ins that write down what they are asked.

# A checkout whose program answers `ingest` with exit code $1.
checkout() {
  rm -rf "$work/house" "$work/did"
  mkdir -p "$work/house/scripts" "$work/house/build/release/bin"
  mkdir -p "$work/house"/{src,web,data,cmake,packaging}
  : > "$work/house/CMakeLists.txt"
  cp "$root/run" "$work/house/"
  for tool in install-packages prepare; do
    printf '#!/bin/bash\n:\n' > "$work/house/scripts/$tool"
  done
  cat > "$work/house/scripts/build" <<TEXT
#!/bin/bash
cat > "$work/house/build/release/bin/tocsin" <<'PROGRAM'
#!/bin/bash
echo "tocsin \$*" >> $work/did
case "\$1" in
  init) mkdir -p "\$3"; : > "\$3/node.db" ;;
  ingest) exit $1 ;;
esac
PROGRAM
chmod +x "$work/house/build/release/bin/tocsin"
TEXT
  chmod +x "$work/house/scripts/"*
}
start() {
  (cd "$work" && "$work/house/run" "$@") > "$work/out" 2> "$work/err" < /dev/null
  code=$?
}

checkout 0; start
check "a start: the exercise" did "tocsin serve --home $work/house/build/demo-home .*--demo"
check "a start: nothing is read" did_not 'tocsin ingest'
checkout 0; start --feeds a.csv https://example.org/feed.xml
check "feeds: read into a home of their own" did "tocsin ingest --home $work/house/build/feeds-home"
check "feeds: paths are whole, addresses as they are" \
  did "$work/a.csv https://example.org/feed.xml"
check "feeds: no exercise among them" did_not '--demo'
check "feeds: served" did 'tocsin serve'
checkout 1; start --feeds a.csv
check "some feeds unreadable: said" says 'Not every file could be read'
check "some feeds unreadable: the others are served" did 'tocsin serve'
checkout 2; start --feeds a.csv
check "wrong words: it stops" ended_with 2
check "wrong words: nothing is served" did_not 'tocsin serve'
checkout 0; mkdir -p "$work/exercise"; : > "$work/exercise/demo-people.json"
start --home "$work/exercise" --feeds a.csv
check "a home with the exercise: refused" ended_with 2
check "a home with the exercise: why" says 'holds the exercise'
check "a home with the exercise: nothing is read" did_not 'tocsin'
checkout 0; start --feeds
check "feeds without paths: refused" ended_with 2
