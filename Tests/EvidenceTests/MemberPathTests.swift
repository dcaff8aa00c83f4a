import Evidence
import Testing

@Suite struct MemberPathTests {
    @Test(arguments: [
        ("a.b.c", ["a", "b", "c"], true), ("", [], true), (".", [], true), ("a..b", ["a", "b"], true), ("\"a.b\"", ["a.b"], true),
        ("x.\"gen_ai.request.model\".y", ["x", "gen_ai.request.model", "y"], true), ("\"say \"\"x\"\"\".b", ["say \"x\"", "b"], true), ("\"\"", [""], true),
        // Taken as they stand, and no record has them.
        ("\"a.b", ["\"a", "b"], false), ("\"a\"b.c", ["\"a\"b", "c"], false), ("a\"b", ["a\"b"], false), ("a.\"", ["a", "\""], false),
    ]) func aNameWithADotStandsInQuotes(_ path: String, _ names: [String], _ isWhole: Bool) {
        #expect(MemberPath.names(path) == names)
        #expect(MemberPath.isWhole(path) == isWhole)
    }
}
