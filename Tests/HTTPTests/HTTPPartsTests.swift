import Testing

@testable import HTTP

/// What needs no server: addresses, headers, URLs.
@Suite struct HTTPPartsTests {
    @Test(arguments: [
        ([127, 0, 0, 1], AddressClass.loopback), ([127, 255, 255, 255], .loopback), ([10, 0, 0, 1], .ownNetwork), ([172, 15, 0, 1], .open),
        ([172, 16, 0, 1], .ownNetwork), ([172, 31, 255, 255], .ownNetwork), ([172, 32, 0, 0], .open), ([192, 168, 1, 1], .ownNetwork),
        ([100, 64, 0, 1], .ownNetwork), ([100, 128, 0, 1], .open), ([100, 100, 100, 200], .refused), ([169, 254, 169, 254], .refused),
        ([0, 0, 0, 0], .refused),
        ([192, 0, 0, 192], .refused), ([224, 0, 0, 1], .refused), ([255, 255, 255, 255], .refused), ([8, 8, 8, 8], .open), ([140, 82, 121, 3], .open),
    ]) func addressesOfFourBytes(bytes: [UInt8], expected: AddressClass) { #expect(AddressClass(bytes) == expected) }

    @Test(arguments: [
        ("00000000000000000000000000000001", AddressClass.loopback), ("00000000000000000000000000000000", .refused),
        ("0000000000000000000000000000000a", .refused), ("00000000000000000000ffff7f000001", .loopback), ("00000000000000000000ffffa9fea9fe", .refused),
        ("00000000000000000000ffff08080808", .open), ("0064ff9b00000000000000000a000001", .ownNetwork), ("20020a00000100000000000000000001", .ownNetwork),
        ("fe800000000000000000000000000001", .refused), ("fec00000000000000000000000000001", .refused), ("fd000ec2000000000000000000000254", .refused),
        ("fd120000000000000000000000000001", .ownNetwork), ("fc000000000000000000000000000001", .ownNetwork), ("ff020000000000000000000000000001", .refused),
        ("26064700000000000000000000001111", .open),
    ]) func addressesOfSixteenBytes(hex: String, expected: AddressClass) {
        let bytes = stride(from: 0, to: 32, by: 2).map { UInt8(hex.dropFirst($0).prefix(2), radix: 16) ?? 0 }
        #expect(AddressClass(bytes) == expected)
    }

    @Test(
        arguments: [
            (["<https://a/2>; rel=\"next\""], "https://a/2"), (["<https://a/1>; rel=prev, <https://a/3>; rel=next"], "https://a/3"),
            (["<https://a/9>; rel=\"last next\""], "https://a/9"), (["<https://a/?x=1,2>; title=\"a, <b>; rel=next\"; rel=\"first\", </4>;rel=NEXT"], "/4"),
            (["<https://a/1>; rel=self", "<https://a/5>; rel=\"next\""], "https://a/5"), (["<https://a/6> ; rel = \"next\""], "https://a/6"),
            (["<https://a/7>; rel=\"first\"; rel=\"next\""], nil), (["<https://a/8>; rel=\"nextish\""], nil), (["nonsense"], nil), ([], nil),
            (["<https://a/10"], nil),
        ] as [([String], String?)]) func linksByRelation(headers: [String], expected: String?)
    { #expect(HTTPHeaders.link("next", in: headers) == expected) }

    @Test(
        arguments: [
            ("120", nil, 120), ("0", nil, 0), ("Sun, 06 Nov 1994 08:50:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 60),
            ("Sun, 06 Nov 1994 08:49:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", nil, nil), ("-1", nil, nil),
            ("+1", nil, nil),
            ("soon", "Sun, 06 Nov 1994 08:49:37 GMT", nil), ("1.5", nil, nil),
        ] as [(String, String?, Int64?)]) func howLongToWait(value: String, date: String?, expected: Int64?)
    {
        #expect(HTTPHeaders.retryAfter(value, date: date) == expected)
    }

    @Test func datesAreReadToTheSecond() {
        #expect(HTTPHeaders.date("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        #expect(HTTPHeaders.date("Thu, 29 Feb 2024 23:59:59 GMT") == 1_709_251_199)
        #expect(HTTPHeaders.date("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
        for text in ["Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 24:49:37 GMT", ""] {
            #expect(HTTPHeaders.date(text) == nil)
        }
    }

    @Test func urlsAreTakenApartAndReferencesResolved() throws {
        let url = try #require(HTTPAddress("https://API.Example.org:8443/v1/items?a=1#x"))
        #expect(url.origin == "https://api.example.org:8443" && url.path == "/v1/items" && url.query == "a=1")
        #expect(url.whole == "https://api.example.org:8443/v1/items?a=1")
        #expect(url.resolving("?b=2")?.whole == "https://api.example.org:8443/v1/items?b=2" && url.resolving("more")?.path == "/v1/more")
        #expect(url.resolving("//other.org/x")?.origin == "https://other.org" && url.resolving("/y")?.origin == url.origin)
        #expect(url.adding([("q", "a b&c/é")]).query == "a=1&q=a%20b%26c%2F%C3%A9")
        #expect(HTTPAddress("https://a.org:443/")?.origin == "https://a.org" && HTTPAddress("http://[::1]:80")?.origin == "http://[::1]")
        #expect(HTTPAddress("https://h/?b=2&a-b=3&a=1&a=0")?.sorted.query == "a=0&a=1&a-b=3&b=2")
        for bad in [
            "ftp://a/", "file:///etc/passwd", "https://user:pw@host/", "https://host:0/", "https://host:x/", "https:///x", "https://a b/", "https://a\\@b/",
            "javascript:alert(1)", "https://hôst/", "https://[::1/", "https://a:70000/",
        ] {
            #expect(HTTPAddress(bad) == nil, "\(bad)")
        }
    }
}
