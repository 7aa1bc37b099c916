"""A second model of whole lives: one family and its children from conception to 25, in plain Python.

Written from docs/odd.md, `model/parameters/*.yaml` and docs/columns.md, with the standard library alone. It
shares no code with the kernels, not even the draws. Lived here, by these rules: what a family and a child
are drawn as, parents' vulnerability included; conception, birthdays, moving, death; a family's domains,
household, fatigue, coping and trust; need, passing deviation, scars, relief, school attachment; pregnancy
care and what is lost at handovers; concerns, notifications, early help; reviews, assessments, follow-ups and
visits with belief and doubt; decisions and what families answer; where a child waits and what it enters;
stays, moves, breakdowns, dropping out, aftercare; what its case costs; adult outcomes at 25.

Told as input, by month (`others.Others`), because others decide it: levers in force; which tasks of the
family the desks finished, when and by whom, with that caseworker's contact, months in post and team leader;
which post a child was given; whether an early course, a foster place, a place in an institution or a provider
was left at its turn; whether its foster family stopped; how brave and how good the staff and institutions
around it are; who its parents were, and when its family moves. Left out: which place, team or therapist it
is, who founds a family with whom, and programmes, of which none is in force.
"""
