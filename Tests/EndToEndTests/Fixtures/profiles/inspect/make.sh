# An .eval is a ZIP; bsdtar packs what stands readable beside this file.
for run in good stopped; do mkdir "$run" && cp "$SAMPLE/$run.json" "$run/header.json" && bsdtar --format zip -cf "$run.eval" -C "$run" header.json; done
