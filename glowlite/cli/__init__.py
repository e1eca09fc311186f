"""The commands of the site, one module a subject; COMMANDS is what the app registers."""

from glowlite.cli import answers, drops, rollout, site

COMMANDS = (*site.COMMANDS, *drops.COMMANDS, *answers.COMMANDS, *rollout.COMMANDS)
