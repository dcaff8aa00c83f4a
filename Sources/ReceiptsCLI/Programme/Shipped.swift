import Evidence

/// The controls and templates that come with the program: beside the installed one, or in the checkout it was built in.
struct Shipped {
    let root: String

    /// `<prefix>/share/receipts` for `<prefix>/bin/receipts`, else the nearest folder above the program that holds both.
    init(_ world: World) throws {
        var folder = Files.parent(of: world.executable)
        var candidates = [Files.parent(of: folder) + "/share/receipts"]
        while folder != "/" && folder != "." {
            candidates.append(folder)
            folder = Files.parent(of: folder)
        }
        guard let found = candidates.first(where: { Files.exists($0 + "/controls/criteria.yaml") && Files.isFolder($0 + "/site-templates") }) else {
            throw CommandError(
                .inputOutput, "the shipped controls and templates are not beside the program",
                hint: "install them as <prefix>/share/receipts/{controls,site-templates}")
        }
        root = found
    }

    /// The one that comes with the program: a programme's own templates, or an archive's, are those of whoever is to be checked.
    func verifyScript() throws -> [UInt8] { try Files.read(root + "/site-templates/verify.sh") }

    /// Copies both folders into a programme's. Files that are there already are left as they are.
    func copy(to folder: String) throws {
        for part in ["controls", "site-templates"] {
            for path in try Files.tree(root + "/" + part) where !Files.exists("\(folder)/\(part)/\(path)") {
                try Files.write("\(folder)/\(part)/\(path)", try Files.read("\(root)/\(part)/\(path)"))
            }
        }
    }
}
