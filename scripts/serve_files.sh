#!/bin/sh
# Serves the built documentation and the newest report folder from this machine only: serve_files.sh PYTHON PORT
set -eu
cd "$(dirname "$0")/.."
site=build/site
rm -rf "$site"
mkdir -p "$site"
ln -s "$PWD/docs/_build" "$site/docs"
echo "Documentation / 文档: http://127.0.0.1:$2/docs/zh/  http://127.0.0.1:$2/docs/en/"
newest=$(ls -td out/*/ 2>/dev/null | head -n 1)
if [ -n "$newest" ]; then
    ln -s "$PWD/${newest%/}" "$site/report"
    echo "Newest report / 最新报告: http://127.0.0.1:$2/report/"
fi
echo "Stop with Ctrl-C / 按 Ctrl-C 结束"
exec "$1" -m http.server "$2" --bind 127.0.0.1 --directory "$site"
