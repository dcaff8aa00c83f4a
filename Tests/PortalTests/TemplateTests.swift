import Evidence
import Testing

@testable import Portal

@Suite struct TemplateTests {
    private static let row = Shape("a row", text: ["key", "href"], flags: ["bad"], lists: [("links", Shape("a link", text: ["id"]))])
    private static let shape = Shape("a page", text: ["name", "other"], flags: ["on"], lists: [("rows", row)])

    private func compile(_ text: String, partials: [String: String] = [:]) -> (template: Template, problems: [String]) {
        var files = partials.mapValues { Array($0.utf8) }
        files["page.html"] = Array(text.utf8)
        var compiler = TemplateCompiler(files: files, folder: "t/")
        compiler.compile("page.html", Self.shape)
        return (compiler.template, compiler.problems.map(\.text))
    }
    private func render(_ text: String, name: String = "", rows: [String] = [], on: Bool = false, partials: [String: String] = [:]) -> String {
        let (template, problems) = compile(text, partials: partials)
        #expect(problems == [])
        var values = PageValues(Self.shape)
        values.set("name", name)
        values.set("other", "")
        values.flag("on", on)
        for row in rows {
            values.add("rows") {
                $0.set("key", row)
                $0.set("href", row)
                $0.flag("bad", row == "b")
                for id in ["x", "y"] where row == "a" { $0.add("links") { $0.set("id", id) } }
            }
        }
        var out: [UInt8] = []
        template.render(values, into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test func loopsConditionsAndIncludesNest() {
        let page = render(
            "{% for r in rows %}[{{ r.key }}{% if r.bad %}!{% else %}.{% end %}{% for l in r.links %}{{ l.id }}{{ name }}{% end %}]{% end %}{% if not on %}{% include p.html %}{% end %}",
            name: "n", rows: ["a", "b"], partials: ["p.html": "off"])
        #expect(page == "[a.xnyn][b!]off")
    }

    @Test func anInnerLoopMayWalkAnOuterList() {
        #expect(render("{% for r in rows %}{% for s in rows %}{{ r.key }}{{ s.key }} {% end %}{% end %}", rows: ["a", "b"]) == "aa ab ba bb ")
    }

    @Test func aLayoutWrapsThePage() {
        #expect(render("{% layout l.html %}\n{{ name }}\n", name: "x", partials: ["l.html": "<b>\n{% content %}\n</b>"]) == "<b>\nx\n</b>")
    }

    @Test func aTagAloneOnItsLineLeavesNoTrace() {
        #expect(render("a\n  {% if on %}\nb\n  {% end %}\n{# why #}\nc", on: true) == "a\nb\nc")
    }

    @Test(arguments: [
        ("<b>\"'&", "&lt;b&gt;&quot;&#39;&amp;"),
        ("\"\u{301} onmouseover=x", "&quot;\u{301} onmouseover=x"),
        ("a\u{202E}b\u{0}c\u{7F}d", "a⟦U+202E⟧b⟦U+0000⟧c⟦U+007F⟧d"),
        ("0123456789abcdef0123456789abcde<", "0123456789abcdef0123456789abcde&lt;"),
        ("0123456789abcdé\u{2066}0123456789abcdef<", "0123456789abcdé⟦U+2066⟧0123456789abcdef&lt;"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("日本語 \u{E0041}\u{FEFF}", "日本語 ⟦U+E0041⟧⟦U+FEFF⟧"),
    ])
    func textIsEscapedByByte(_ text: String, _ expected: String) {
        #expect(render("<p title=\"{{ name }}\">{{ name }}</p>", name: text) == "<p title=\"\(expected)\">\(expected)</p>")
    }

    @Test func bytesThatAreNotUTF8BecomeMarks() {
        var out: [UInt8] = []
        let hostile: [UInt8] = [0xc3, 0x3c, 0xed, 0xa0, 0x80, 0xc0, 0xaf, 0xf0, 0x9f]
        hostile.withUnsafeBufferPointer { Escape.html($0, into: &out) }
        #expect(String(decoding: out, as: UTF8.self) == "⟦C3⟧&lt;⟦ED⟧⟦A0⟧⟦80⟧⟦C0⟧⟦AF⟧⟦F0⟧⟦9F⟧")
    }

    @Test func everyByteAtEveryOffsetComesOutSafe() {
        for offset in 0..<40 {
            for byte in UInt8.min...UInt8.max {
                let text = [UInt8](repeating: 97, count: offset) + [byte] + [UInt8](repeating: 98, count: 20)
                var out: [UInt8] = []
                text.withUnsafeBufferPointer { Escape.html($0, into: &out) }
                let isRaw = out.count == text.count
                let isSpecial = [34, 38, 39, 60, 62].contains(byte) || (byte < 32 && byte != 9 && byte != 10) || byte >= 127
                #expect(isRaw != isSpecial, "byte \(byte) at \(offset)")
            }
        }
    }

    @Test(arguments: ["javascript:alert(1)", "//evil.example", "/etc", "http://x", "data:text/html,x", " \tjavascript:x", "\\\\x"])
    func aLinkCanNameNoSchemeAndNoHost(_ value: String) {
        let page = render("<a href=\"{{ name }}\">x</a>", name: value)
        let link = page.dropFirst("<a href=\"".count).prefix { $0 != "\"" }
        #expect(!link.contains(":") && !link.hasPrefix("/") && !link.contains("\\") && !link.contains(" "))
    }

    @Test(arguments: [
        ("{{ nam }}", "t/page.html:1: 'nam' is not a name of a page", "did you mean 'name'?"),
        ("\n\n{% for r in rows %}{{ r.ky }}{% end %}", "t/page.html:3: 'r.ky' is not a name", "did you mean 'r.key'?"),
        ("{% include partials/x.html %}", "the template 'partials/x.html' is missing", "copy it"),
        ("{% if on %}", "t/page.html:1: this block has no '{% end %}'", ""),
        ("{% end %}", "'{% end %}' is not a tag that can stand here", "tags are"),
        ("{{ rows }}", "'rows' is a list, not text", "for row in rows"),
        ("{{ name", "'{{' has no '}}' after it", ""),
        ("<p style=\"{{ name }}\">", "cannot stand in the attribute 'style'", ""),
        ("<p onclick='{{ name }}'>", "cannot stand in the attribute 'onclick'", ""),
        ("<p title={{ name }}>", "cannot stand in a start tag", ""),
        ("<p {{ name }}>", "cannot stand in a start tag", ""),
        ("<script>{{ name }}</script>", "cannot stand in the element 'script'", ""),
        ("<style>{{ name }}</style>", "cannot stand in the element 'style'", ""),
        ("<!-- {{ name }} -->", "cannot stand in a comment", ""),
        ("<p title=\"{% if on %}\">{% end %}", "ends in text", ""),
        ("<p title=\"", "the page ends inside the attribute 'title'", ""),
    ])
    func whatIsWrongIsSaidWhenTemplatesLoad(_ text: String, _ summary: String, _ hint: String) {
        let problems = compile(text).problems
        #expect(problems.contains { $0.contains(summary) && (hint.isEmpty || $0.contains(hint)) }, "\(problems)")
    }

    @Test func everyFindingIsReportedAtOnceAndInOrder() throws {
        var files = try Templates.files()
        files.removeAll { $0.path == "gap.html" || $0.path == "portal.js" }
        for i in files.indices where files[i].path == "control.html" { files[i].bytes += Array("{{ ownr }}".utf8) }
        let thrown = #expect(throws: Diagnostics.self) { try TemplateSet.load(files: files) }
        let texts = try #require(thrown).all.map(\.text)
        #expect(texts.count == 3)
        #expect(texts[0].contains("site-templates/control.html:") && texts[0].contains("did you mean 'owner'?"))
        #expect(texts[1].contains("site-templates/gap.html") && texts[2].contains("portal.js"))
    }
}
