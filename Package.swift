// swift-tools-version: 6.2
// FieldOS: voice notes to CRM records, on your own machine. The rooms and who may enter them: docs/architecture.md.
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let systemPackage = Target.Dependency.product(
  name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux]))
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: swiftSettings)
}

let package = Package(
  name: "fieldos",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "fieldos", targets: ["fieldos"]),
    .library(name: "SpeechEngine", targets: ["SpeechEngine"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .target(name: "CKernels", cSettings: cSettings),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    room("SpeechEngine", ["CKernels", "CZlib"]),
    room("Domain"),
    room("Endpoints", ["Domain", asyncHTTPClient, nioCore, nioHTTP1, nioPosix]),
    room("Storage", ["Domain", grdb, crypto]),
    room("Capture", ["Storage", "Domain", crypto]),
    room("ModelStore", ["SpeechEngine", "Endpoints", "Domain", crypto]),
    room(
      "Transcription", ["SpeechEngine", "ModelStore", "Endpoints", "Storage", "Domain", subprocess, systemPackage]),
    room("Notes", ["Endpoints", "Storage", "Domain"]),
    room("Serving", [crypto, hummingbird, hummingbirdTLS, httpTypes, nioCore, nioPosix, x509]),
    room(
      "SpeechServer",
      [
        "Serving", "SpeechEngine", "Storage", "Transcription", "Domain", crypto, hummingbird, httpTypes, nioCore,
        logging,
        serviceLifecycle,
      ]),
    room(
      "CRM", ["Endpoints", "Storage", "Domain", crypto, hummingbird, httpTypes, nioCore, logging, serviceLifecycle]),
    .target(
      name: "Copilot", dependencies: ["Endpoints", "Storage", "Domain"], resources: [.copy("Words")],
      swiftSettings: swiftSettings),
    room("Operations", ["Storage", "Domain", "CZlib", crypto]),
    .target(
      name: "Cockpit",
      dependencies: [
        "Capture", "CRM", "Copilot", "Endpoints", "Notes", "Operations", "Serving", "SpeechEngine", "SpeechServer",
        "Storage", "Transcription", "Domain", hummingbird, hummingbirdTLS, mustache, httpTypes, nioCore, nioPosix,
        logging, serviceLifecycle,
        crypto,
        cryptoExtras, x509,
      ],
      resources: [.copy("Public"), .copy("Views")],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "fieldos",
      dependencies: [
        "SpeechEngine", "Domain", "Endpoints", "Storage", "Capture", "ModelStore", "Transcription", "Notes", "CRM",
        "Operations", "Copilot", "Cockpit", "Serving", "SpeechServer", argumentParser,
      ],
      resources: [.copy("Resources/demo-data"), .copy("Resources/demo-en"), .copy("Resources/samples")],
      swiftSettings: swiftSettings),
    // Measures the engine; no product of ours.
    .target(name: "CPeaks", path: "Benchmarks/CPeaks", cSettings: cSettings),
    .executableTarget(
      name: "engine-bench", dependencies: ["SpeechEngine", "CKernels", "CPeaks"], path: "Benchmarks/Engine",
      swiftSettings: swiftSettings),
    // Measures the store and the audio folder; no product of ours.
    .executableTarget(
      name: "store-bench", dependencies: ["Capture", "Storage", "Domain", grdb], path: "Benchmarks/Store",
      swiftSettings: swiftSettings),
    // Measures the copilot's retrieval; no product of ours.
    .target(
      name: "CopilotEvaluation", dependencies: ["Domain"], path: "Benchmarks/CopilotEvaluation",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "copilot-bench",
      dependencies: ["Copilot", "CopilotEvaluation", "Endpoints", "Operations", "Storage", "Domain"],
      path: "Benchmarks/Copilot", swiftSettings: swiftSettings),
    room("TestSupport", ["Domain", "Storage", crypto]),
    tests("CKernels", ["CKernels"]),
    tests("SpeechEngine", ["SpeechEngine"]),
    tests("Domain", ["Domain"]),
    tests("Storage", ["Storage", "Domain", grdb]),
    tests("Capture", ["Capture", "Storage", "Domain", grdb, crypto]),
    tests("ModelStore", ["ModelStore", "Endpoints"]),
    tests("Transcription", ["Transcription", "Endpoints", "SpeechEngine", "Storage", "Domain"]),
    tests(
      "SpeechServer",
      [
        "SpeechServer", "Serving", "SpeechEngine", "Storage", "Transcription", "Domain", hummingbird, httpTypes,
        nioCore,
      ]),
    tests("Notes", ["Notes", "Endpoints", "Storage", "Domain"], exclude: ["Fixtures"]),
    tests("CRM", ["CRM", "Endpoints", "Storage", "Domain", hummingbird, httpTypes, nioCore, logging]),
    tests(
      "Copilot", ["Copilot", "CopilotEvaluation", "Endpoints", "Operations", "Storage", "Domain", grdb]),
    tests("Operations", ["Operations", "Storage", "Domain"]),
    tests(
      "Cockpit",
      [
        "Cockpit", "Capture", "Copilot", "Endpoints", "Notes", "Operations", "Serving", "Storage", "Transcription",
        "Domain", grdb,
        hummingbird, hummingbirdTesting, httpTypes, nioCore, logging, crypto,
      ]),
    .testTarget(
      name: "fieldosTests", dependencies: ["fieldos", "SpeechEngine", "Transcription", "TestSupport"],
      swiftSettings: swiftSettings),
  ]
)
