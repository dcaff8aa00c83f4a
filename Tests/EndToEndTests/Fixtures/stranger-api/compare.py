"""Compares the rows of an index with what the server knows, without anything of the mapping: compare.py index.sqlite

Accounts are pseudonyms in the index: one handle must be one account, and one account one handle."""
import sqlite3, sys

from server import TICKETS, VOTES

wanted, decided = [], {'AYE': 'approved', 'NAY': 'rejected'}
for ticket in TICKETS:
    for vote in VOTES[ticket['ref']] or []:
        if vote['verdict'] in decided:
            wanted.append((int(vote['cast']) * 1_000_000, ticket['artifact']['name'], ticket['artifact']['rev'], decided[vote['verdict']],
                           ticket['ref'], int(vote['voter']['machine']), vote['voter']['handle']))
found = sqlite3.connect(sys.argv[1]).execute(
    'SELECT occurred_at, prompt_id, version, decision, ticket, automated, approver FROM prompt_approval WHERE source = ?', ('deskline',)).fetchall()
wanted.sort(), found.sort()
if [row[:-1] for row in wanted] != [row[:-1] for row in found]:
    sys.exit(f'wanted {wanted}\nfound {found}')
pairs = {(mine[-1], theirs[-1]) for mine, theirs in zip(wanted, found)}
handles, accounts = ({pair[side] for pair in pairs} for side in (0, 1))
if len({*handles}) != len(pairs) or len({*accounts}) != len(pairs) or handles & accounts:
    sys.exit(f'who is who: {pairs}')
print(f'{len(found)} rows of {len(handles)} accounts are as the server has them')
