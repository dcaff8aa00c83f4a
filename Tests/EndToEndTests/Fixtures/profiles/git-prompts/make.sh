# A repository with one prompt that was approved, and one that was merged without anybody's word.
export GIT_AUTHOR_DATE='2026-03-02T09:00:00+01:00' GIT_COMMITTER_DATE='2026-03-02T09:05:00+01:00' GIT_CONFIG_GLOBAL=/dev/null
git init -q -b main prompts.git && cd prompts.git
git config user.name Ada && git config user.email ada@example.com
mkdir prompts && echo 'You are kind.' > prompts/greeting.md && git add . && git commit -q -m 'Greet kindly

Ticket: CHG-7
Approved-by: Ben <ben@example.com>'
git checkout -q -b refund && echo 'Never refund.' > prompts/refund.md && git add . && git commit -q -m 'Say no'
git checkout -q main && git merge -q --no-ff -m 'Merge refund' refund
