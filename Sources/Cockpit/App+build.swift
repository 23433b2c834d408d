import Foundation
package import Hummingbird
package import Logging
import SpeechServer

/// Puts the routes together. Order matters: who asks from where, errors in words, whose page sent it, who asks.
package func buildRouter(_ services: CockpitServices, logger: Logger) -> Router<CockpitContext> {
  let router = Router(context: CockpitContext.self)
  // Before the rest: programs have keys, not sessions.
  if let speech = services.speech { addSpeechRoutes(to: router, speech) }
  router.add(middleware: ProxyHeaders(configuration: services.configuration))
  router.add(middleware: SecurityHeaders())
  router.add(middleware: PlainErrors(services: services))
  router.add(middleware: SameSite(hosts: services.access.hosts))
  router.add(middleware: SessionReader(services: services))
  // Once more inside, so that a refusal's page knows who asks.
  router.add(middleware: PlainErrors(services: services))
  router.add(middleware: FormTokens(largestBody: services.configuration.uploadMaxBytes + 1_048_576))
  router.add(
    middleware: FileMiddleware(
      CockpitResources.assets.path, cacheControl: .init([(MediaType(type: .any), [.noCache])]), logger: logger))
  router.add(middleware: PageOwner())
  let routes = router.group()
  ThemeController().add(to: routes)
  LiveController(services: services).add(to: routes)
  SignInController(services: services).add(to: routes)
  OpeningController(services: services).add(to: routes)
  SettingsController(services: services).add(to: routes)
  UsersController(services: services).add(to: routes)
  EraseController(services: services).add(to: routes)
  NotesController(services: services).add(to: routes)
  NoteController(services: services).add(to: routes)
  NoteSoundController(services: services).add(to: routes)
  TodayController(services: services).add(to: routes)
  FollowUpController(services: services).add(to: routes)
  PeopleController(services: services).add(to: routes)
  LeadController(services: services).add(to: routes)
  PipelineController(services: services).add(to: routes)
  ReferenceController(services: services).add(to: routes)
  RecordingController(services: services).add(to: routes)
  UploadController(services: services).add(to: routes)
  RecordPage(services: services).add(to: routes)
  ShellController(services: services).add(to: routes)
  HelpersController(services: services).add(to: routes)
  SendController(services: services).add(to: routes)
  NoteContactController(services: services).add(to: routes)
  OutboxController(services: services).add(to: routes)
  OpsController(services: services).add(to: routes)
  MonitoringController(services: services).add(to: routes)
  CockpitDocument.add(to: routes)
  if let copilot = services.copilot { AskController(services: services, copilot: copilot).add(to: routes) }
  return router
}
