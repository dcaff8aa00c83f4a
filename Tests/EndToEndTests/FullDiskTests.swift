import Foundation
import Testing

/// A file system without a free byte. Where none can be mounted, Scripts/bad-full-disk.txt, a limit on the size of files, stands alone.
@Suite struct FullDiskTests {
    /// Runs the lines with small file systems mounted that nobody else sees; says aloud where that cannot be done.
    private func run(_ lines: String, _ test: String = #function) throws -> String? {
        let sandbox = try Sandbox()
        try sandbox.takeUpSmallProgramme()
        guard try sandbox.run("unshare -m mount -t tmpfs -o size=64k tmpfs /mnt").code == 0 else {
            print("skipped: no file system can be mounted (\(test))")
            return nil
        }
        try sandbox.write("steps.sh", lines)
        let answer = try sandbox.run("unshare -m bash steps.sh")
        return answer.output + answer.errors
    }

    @Test func aCollectOnAFullDiskAcknowledgesNothingAndTheNextOneGoesOn() throws {
        let said = try run(
            """
            mkdir ledger && mount -t tmpfs -o size=1500k tmpfs ledger
            receipts collect --at 2026-01-08T02:00:00Z --randomness a > /dev/null 2>&1; echo "first $?"
            python3 -c "
            import random
            random.seed(1)
            for n in range(20000):
                print('{\\"id\\":\\"d%d\\",\\"note\\":\\"%s\\",\\"time\\":\\"2026-01-06T09:00:00Z\\"}' % (n, ''.join(random.choices('abcdefghij', k=200))))" > evidence/changes/more.jsonl
            receipts collect --at 2026-01-09T02:00:00Z --randomness b > /dev/null 2> errors; echo "full $?"
            cat errors | grep -v '^collect'
            receipts verify ledger --accept-unanchored | tail -n 1
            receipts assess --format json | jq -c '.controls[0].items.total'
            mount -o remount,size=64m ledger
            receipts collect --at 2026-01-10T02:00:00Z --randomness c > /dev/null 2>&1; echo "again $?"
            receipts verify ledger --accept-unanchored | tail -n 1
            sqlite3 -readonly ledger/index.sqlite 'SELECT count(*) FROM change'
            """)
        guard let said else { return }
        #expect(
            said == """
                first 0
                full 74
                receipts: error: the database './ledger/ledger.sqlite' says: database or disk is full
                receipts: hint: is the disk full or read-only?
                ledger: intact; self-attested, no external anchor
                4
                again 0
                ledger: intact; self-attested, no external anchor
                20004

                """, "\(said)")
    }

    @Test func aPublishOnAFullDiskLeavesNoRevisionAndTheNextOneMakesIt() throws {
        let said = try run(
            """
            receipts collect --at 2026-01-08T02:00:00Z --randomness a > /dev/null 2>&1
            mkdir output && mount -t tmpfs -o size=200k tmpfs output
            receipts publish --at 2026-01-08T03:00:00Z > /dev/null 2> errors; echo "full $?"
            grep -v '^assess\\|^render\\|^archive' errors
            ls -A output/2026-01; receipts status | tail -n 1
            mount -o remount,size=64m output
            receipts publish --at 2026-01-08T04:00:00Z 2> /dev/null | head -n 1
            receipts verify portal --accept-unanchored output/2026-01/r1 | tail -n 1
            """)
        guard let said else { return }
        #expect(said.hasPrefix("full 74\nreceipts: error: ./output/2026-01/.r1.building/"), "\(said)")
        #expect(
            said.hasSuffix(
                """
                No space left on device
                receipts: hint: free some space, then run the same command again
                nothing published
                published 2026-01 r1
                portal: intact; self-attested, no external anchor

                """), "\(said)")
    }
}
