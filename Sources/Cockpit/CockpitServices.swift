package import Domain
import Notes
package import Storage

/// What controllers work with.
package struct CockpitServices: Sendable {
  package let store: FieldStore
  package let configuration: CockpitConfiguration
  let templates: Templates
  let hub: LiveHub
  /// What browsers keep to open the app without a network.
  let shell: ShellAssets
  let helperFiles: HelperFiles
  package let clock: WallClock
  let access: Access

  package init(
    store: FieldStore, configuration: CockpitConfiguration, clock: WallClock = .system
  ) throws {
    self.store = store
    self.configuration = configuration
    self.clock = clock
    templates = try Templates(folder: CockpitResources.views)
    hub = LiveHub(store: store)
    access = Access(store: store, configuration: configuration, clock: clock)
    shell = try ShellAssets(folder: CockpitResources.assets)
    helperFiles = HelperFiles(folder: configuration.dataDirectory)
  }
}
