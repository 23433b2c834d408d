// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "transcribe",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "fieldos", path: "../..")],
  targets: [
    .executableTarget(
      name: "transcribe", dependencies: [.product(name: "SpeechEngine", package: "fieldos")], path: ".",
      exclude: ["README.md"], sources: ["main.swift"])
  ])
