import ArgumentParser
import Configuration
import ServiceLifecycle
@main struct F: ParsableCommand {}
