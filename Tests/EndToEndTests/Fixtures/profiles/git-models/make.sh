# A registry of manifests: one version approved, one merged without anybody's word, one changed after its approval, one taken out, and a file that is none.
export GIT_AUTHOR_DATE='2026-03-02T09:00:00+01:00' GIT_COMMITTER_DATE='2026-03-02T09:05:00+01:00' GIT_CONFIG_GLOBAL=/dev/null
git init -q -b main models.git && cd models.git
git config user.name Ada && git config user.email ada@example.com
mkdir -p models/ranker models/bot && echo 'base: base-7b' > models/ranker/1.2.yaml && echo 'see models/' > README.md && git add . && git commit -q -m 'Register ranker 1.2

Ticket: ML-7
Approved-by: Ben <ben@example.com>'
git checkout -q -b bot && echo 'base: aurora' > models/bot/4.yaml && git add . && git commit -q -m 'Register bot 4'
git checkout -q main && git merge -q --no-ff -m 'Merge bot' bot
echo 'base: base-9b' > models/ranker/1.2.yaml && git commit -q -a -m 'Another base'
git rm -q models/bot/4.yaml && git commit -q -m 'Take bot 4 out

Reviewed-by: Cy <cy@example.com>'
