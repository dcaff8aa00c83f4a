/// The people of Northwind Answers; every name is invented.
struct Person: Sendable {
    let id: String
    let name: String
    let role: String

    /// Their account at the identity provider, and in the prompt store.
    var account: String { name }
    var gitAccount: String { "nw-" + name.replacing(".", with: "-") }
}

enum Staff {
    static let engineers = [ana, ben, chen, dora, emil]
    static let reviewers = [fay, gil, hana]

    static let ana = Person(id: "w-101", name: "ana.ruiz", role: "prompt-author")
    static let ben = Person(id: "w-102", name: "ben.okafor", role: "prompt-author")
    static let chen = Person(id: "w-103", name: "chen.li", role: "prompt-author")
    static let dora = Person(id: "w-104", name: "dora.weiss", role: "prompt-author")
    static let emil = Person(id: "w-105", name: "emil.novak", role: "prompt-author")
    static let fay = Person(id: "w-106", name: "fay.owens", role: "prompt-approver")
    static let gil = Person(id: "w-107", name: "gil.haddad", role: "prompt-approver")
    static let hana = Person(id: "w-108", name: "hana.sato", role: "prompt-approver")
    static let ivo = Person(id: "w-109", name: "ivo.marek", role: "platform-deployer")
    static let june = Person(id: "w-110", name: "june.park", role: "key-admin")
    static let kofi = Person(id: "w-111", name: "kofi.mensah", role: "support-lead")
    static let lena = Person(id: "w-112", name: "lena.brandt", role: "privacy-officer")
    static let everyone = [ana, ben, chen, dora, emil, fay, gil, hana, ivo, june, kofi, lena]
    static let services = ["svc-assistant", "svc-rotation", "svc-backup", "svc-eval", "svc-privacy", "svc-probe"]
}
