// swift-tools-version: 6.2
import PackageDescription

/// Our own code compiles without a warning; dependencies are not ours to judge.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// One target per layer. The arrows point downhill; RepositoryTests reads the imports and fails on one that does not.
func layer(_ name: String, _ dependencies: [Target.Dependency], isOptimised: Bool = true) -> Target {
    let settings = isOptimised ? strict : strict + [.unsafeFlags(["-Onone"], .when(configuration: .release))]
    return .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "receipts",
    products: [
        .executable(name: "receipts", targets: ["receipts"]), .executable(name: "receipts-verify", targets: ["receipts-verify"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CScan"),
        // Needs libcurl's headers (libcurl4-openssl-dev), and finds the library itself when a request is made.
        .target(name: "CCurl"),
        .target(name: "CPosix"),

        layer("Evidence", []),
        layer("Seal", ["Evidence", crypto]),
        // Swift 6.3.1's optimiser crashes on its DER reader (CopyPropagation over typed throws). What costs time is the hashing, elsewhere.
        layer("Anchors", ["Evidence", "Seal", crypto, cryptoExtras, asn1], isOptimised: false),
        layer("HTTP", ["CCurl"]),
        layer("Controls", ["Evidence", yams]),
        layer("SQLite", ["CSQLite"]),
        layer("Threads", []),
        layer("Connectors", ["Evidence", "HTTP", "SQLite", "CLibArchive", "CLibXML2", "CZlib", "CPosix", crypto, yams]),
        layer("Redaction", ["Evidence", "CScan", crypto]),
        layer("Mapping", ["Evidence", "CScan"]),
        layer("Ledger", ["Evidence", "Seal", "SQLite", "Threads", "CZstd", crypto]),
        layer("Assessment", ["Evidence", "Controls", "SQLite", crypto]),
        layer("Portal", ["Evidence", "Controls", "Assessment", "CScan"]),
        layer("Exports", ["Evidence", "Controls", "Assessment", "CLibXML2", crypto]),
        layer("Archive", ["Evidence", "Seal", "Threads", "CLibArchive"]),
        layer("Verification", ["Evidence", "Seal", "Anchors", "Ledger", "Archive"]),
        layer("Demo", ["Evidence"]),
        layer(
            "ReceiptsCLI",
            [
                "Evidence", "Seal", "Anchors", "HTTP", "Controls", "Connectors", "Redaction", "Mapping", "SQLite", "Threads", "Ledger",
                "Assessment", "Portal", "Exports", "Archive", "Verification", "Demo", "CPosix", arguments, crypto,
            ]),
        .executableTarget(name: "receipts", dependencies: ["ReceiptsCLI"], swiftSettings: strict),
        .executableTarget(name: "receipts-verify", dependencies: ["Verification"], swiftSettings: strict),
        // Not a product: what Benchmarks/ledger.py measures.
        .executableTarget(
            name: "ledger-benchmark", dependencies: ["Ledger", "Archive", "Seal", "Evidence"], path: "Benchmarks/ledger", swiftSettings: strict),

        tests("EvidenceTests", ["Evidence"]),
        .testTarget(name: "SealTests", dependencies: ["Seal", "Evidence"], exclude: ["read-tiles.py"], swiftSettings: strict),
        tests("AnchorsTests", ["Anchors", "Seal", "Evidence"]),
        tests("HTTPTests", ["HTTP"]),
        tests("ControlsTests", ["Controls", "Evidence"]),
        tests("ThreadsTests", ["Threads"]),
        tests("ConnectorsTests", ["Connectors", "Evidence"]),
        tests("RedactionTests", ["Redaction", "Evidence"]),
        tests("MappingTests", ["Mapping", "Evidence"]),
        tests("LedgerTests", ["Ledger", "Seal", "SQLite", "Evidence", crypto]),
        tests("AssessmentTests", ["Assessment", "Controls", "SQLite", "Evidence"]),
        tests("PortalTests", ["Portal", "Assessment", "Controls", "Evidence"]),
        tests("ExportsTests", ["Exports", "Assessment", "Controls", "Evidence"]),
        tests("ArchiveTests", ["Archive", "Seal", "Evidence"]),
        .testTarget(
            name: "EndToEndTests", dependencies: ["ReceiptsCLI", "Demo", "Archive", "Seal", "Assessment", "Controls", "Evidence"],
            exclude: ["Fixtures", "Scenarios", "Scripts"], swiftSettings: strict),
        tests("RepositoryTests", ["ReceiptsCLI", "Verification", "Evidence", "Controls", arguments]),
    ],
    swiftLanguageModes: [.v6]
)
