import Redaction
import Testing

/// What the scanner finds in a text, as `rule:text`.
func found(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return LeakScan.scan(bytes).map { $0.rule.rawValue + ":" + String(decoding: bytes[$0.range], as: UTF8.self) }
}

@Suite struct PatternTests {
    @Test(arguments: [
        ("write to Ana.Meyer+x@mail.example.co.uk, please", "email:Ana.Meyer+x@mail.example.co.uk"), (#"a\nbob@example.com\n"#, "email:bob@example.com"),
        (#"\u00e9bob@example.com"#, "email:bob@example.com"), ("jürgen@exämple.de.", "email:jürgen@exämple.de"),
        ("call +49 170 1234567 now", "phone:+49 170 1234567"),
        ("(555) 234-5678", "phone:(555) 234-5678"), ("555-234-5678", "phone:555-234-5678"), ("1-555-234-5678", "phone:1-555-234-5678"),
        ("0049 170 1234567", "phone:0049 170 1234567"),
        ("+15552345678", "phone:+15552345678"), ("+1 (555) 234-5678", "phone:+1 (555) 234-5678"), ("card 4111 1111 1111 1111 ok", "card:4111 1111 1111 1111"),
        ("4111111111111111", "card:4111111111111111"),
        ("3782-822463-10005", "card:3782-822463-10005"), (#"\n5555555555554444"#, "card:5555555555554444"), ("ssn 123-45-6789.", "ssn:123-45-6789"),
        ("DE89 3704 0044 0532 0130 00 is mine", "iban:DE89 3704 0044 0532 0130 00"), ("GB82WEST12345698765432", "iban:GB82WEST12345698765432"),
        ("AKIAIOSFODNN7EXAMPLE", "secret:AKIAIOSFODNN7EXAMPLE"), ("key sk-proj-abcdefghijklmnop1234", "secret:sk-proj-abcdefghijklmnop1234"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "secret:ghp_0123456789abcdefghijABCDEFGHIJ012345"),
        ("xoxb-123456789012-abc", "secret:xoxb-123456789012-abc"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "secret:AIzaSyA1234567890abcdefghijklmnopqrstuv"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-1", "secret:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-1"),
        ("ALTER ROLE a PASSWORD 'h-u''nter'", "secret:h-u"),
        ("host=db password=hunter2 user=x", "secret:hunter2"), (#"{"password": "hunter2"}"#, "secret:hunter2"), ("postgres://app:s3cr@t-less", ""),
        ("https://user:pa55@host/x", "secret:pa55"),
        ("/u?mail=ada%40example.com&x=1", "email:ada%40example.com"), ("next=%2Fu%3Fm%3Dada%2540example.com", "email:%2Fu%3Fm%3Dada%2540example.com"),
        ("ada%2Bx%401und1.de", "email:ada%2Bx%401und1.de"), ("&lt;ada&#64;example.com&gt;", "email:ada&#64;example.com"),
        ("ada&#x40;example.com", "email:ada&#x40;example.com"), ("ada&#064;example.com", "email:ada&#064;example.com"),
        ("&lt;ada&commat;example.com&gt;", "email:ada&commat;example.com"), (#"to ada\x40example.com"#, #"email:ada\x40example.com"#),
        (#"{"a":"ada\\x40example.com"}"#, #"email:ada\\x40example.com"#), ("tel=%2B49%20170%201234567&x", "phone:%2B49%20170%201234567"),
        ("q=+49%20170%201234567", "phone:+49%20170%201234567"), ("card%204111%201111%201111%201111", "card:4111%201111%201111%201111"),
        (#"to "ada lovelace"@example.com."#, #"email:"ada lovelace"@example.com"#), (#"{"a":"\"ada b\"@example.com"}"#, #"email:\"ada b\"@example.com"#),
        (#"1,"to ""ada b""@example.com","#, #"email:""ada b""@example.com"#),
    ])
    func findsWhatItShould(text: String, hit: String) {
        if hit.isEmpty { return }
        #expect(found(text).contains(hit), "\(found(text))")
    }

    @Test(arguments: [
        "2026-03-04T02:00:11.123456789Z", "1795401315535443123", "req-00100-4111", "0909698f-ff00-4d97-8565-de8d4273ba39", "10.20.30.40", "version 1.2.3.4567",
        "4111111111111112",
        "123-45-678", "000-12-3456", "666-12-3456", "DE88 3704 0044 0532 0130 00", "task-learn-something-very-long-indeed", "@mention and a @ b", "x@y",
        "created_at updated_at",
        "password: must have eight letters", "PASSWORD <REDACTED>", "sk-short", "AKIAshort", "192.168.110.2555", "-----BEGIN PUBLIC KEY-----", "200 203023",
        "1234567890", "chr1:1234-5678", "100%40", "%40", "a%4", "x&#64;", "50%40 50", "0x40;", #"a\x40 b"#, "0x40example.com", "&copy;&commat;x",
        "100%20200%20300", "x&commat;", #""@example.com"#, #"say "hi" @ example.com"#,
    ])
    func leavesWhatIsNone(text: String) {
        #expect(found(text) == [])
    }

    /// What an address of a list has in common with the one before it is the other's.
    @Test(arguments: [
        ("alice%40example.org%2Cbob%40example.org", "[email][email]"), ("alice@example.org+bob@example.org", "[email][email]"),
        ("a%2540x.org%252Cb%2540x.org%252Cc%2540x.org", "[email][email][email]"), ("alice@example.org'bob@example.org", "[email][email]"),
        ("u:AB%40cd.ef:ghtail", "u:[email]:ghtail"), ("postgres://u:AB%40cd.ef:ghtail@host/db", "postgres://u:[email][secret]@host/db"),
        ("tel=%2B491701234567&x", "tel=[phone]&x"), ("icon@2x.png icon%403x.png", "icon@2x.png icon%403x.png"),
        ("ada&#0064;b.cd ada%252540b.cd", "[email] [email]"),
    ])
    func nothingOfAListStays(text: String, left: String) {
        var out = Array(text.utf8)
        for hit in LeakScan.scan(out).reversed() { out.replaceSubrange(hit.range, with: "[\(hit.rule.rawValue)]".utf8) }
        #expect(String(decoding: out, as: UTF8.self) == left)
    }

    /// A line that begins a pattern at every place: each is looked at, and none to the line's end, which would take hours.
    @Test(arguments: ["x.aa%40", "-eyJ", "-sk-", "xoxb-", "password=***", "a@", "&#64;a", "a&commat;", "1%20"]) func aLineOfBeginningsComesToItsEnd(
        beginning: String
    ) {
        #expect(found(String(repeating: beginning, count: 50_000) + " ada@b.cd").last == "email:ada@b.cd")
    }

    @Test func privateKeysGoWhole() {
        let pem = "x -----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY----- y"
        #expect(found(pem) == ["secret:-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----"])
        #expect(found(#"{"k":"-----BEGIN PRIVATE KEY-----\nMII"}"#) == [#"secret:-----BEGIN PRIVATE KEY-----\nMII"#])
    }

    @Test func everyPlaceInABlockIsSeen() {
        for padding in 0..<40 {
            let text = String(repeating: ".", count: padding) + " a@b.cd " + String(repeating: "z", count: padding)
            #expect(found(text) == ["email:a@b.cd"])
        }
    }

    @Test func hitsCarryNoValue() {
        let hit = LeakScan.scan(Array("to a@b.cd".utf8))[0]
        #expect(hit.offset == 3 && hit.rule == .email)
        #expect(!"\(hit)".contains("a@b"))
    }
}
