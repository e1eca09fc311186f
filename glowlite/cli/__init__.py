"""The commands of the site, one module a subject; COMMANDS is what the app registers."""

from glowlite.cli import accounts, answers, audit, captions, codes, folder, jobs, letters, rollout, site

COMMANDS = (*site.COMMANDS, *codes.COMMANDS, *folder.COMMANDS, *captions.COMMANDS,
            *answers.COMMANDS, *rollout.COMMANDS, *accounts.COMMANDS, *letters.COMMANDS, *jobs.COMMANDS, *audit.COMMANDS)
