"""Who lives and works in a municipality, as agents to look at: lazy views on rows, and caseworkers."""

from math import ceil

import mesa
import numpy as np

from trappen.agents.states import FrontKind, ProviderKind
from trappen.agents.view import (
    CaseworkerAgent,
    ChildView,
    FamilyView,
    FrontWorkerView,
    InstitutionView,
    PlaceView,
    ProviderView,
    TeamLeaderView,
    Views,
)
from trappen.model.kernels.world import Meter, World
from trappen.model.parameter_set import Rules
from trappen.model.prevention import Prevention, prevention_of


class Peopled(mesa.Model):
    """A Mesa model whose people are rows of its world's tables.

    A child, a family, a team or a teacher becomes an agent when it is asked for; caseworkers are agents
    all the time, one a post.

    Attributes
    ----------
    world, rules, month
        The tables, the parameter records, and the month they stand at the first day of.
    caseworker_class
        Class of the caseworkers' agents.
    """

    world: World
    rules: Rules
    month: int
    caseworker_class: type[CaseworkerAgent]

    @property
    def children(self) -> Views[ChildView]:
        """Everyone in the table of children, from the unborn to the grown-up, as lazy views.

        `children.select(life=Life.CHILD)` are those who are children today.
        """
        return Views(ChildView, self)

    @property
    def families(self) -> Views[FamilyView]:
        """Every family, as lazy views."""
        return Views(FamilyView, self)

    @property
    def institutions(self) -> Views[InstitutionView]:
        """Every day care and school, as lazy views."""
        return Views(InstitutionView, self)

    @property
    def places(self) -> Views[PlaceView]:
        """Foster families and institutions that have taken a child, those closed included, as lazy views."""
        rows = np.arange(int(self.world.meters[Meter.PLACE_ROWS]))
        return Views(PlaceView, self, rows)

    @property
    def providers(self) -> Views[ProviderView]:
        """Teams, therapists and other providers of help at home, those out of use included, as lazy views."""
        return Views(ProviderView, self)

    @property
    def teams(self) -> Views[ProviderView]:
        """Interdisciplinary teams that have room for families, or still work with some."""
        return self._providing(ProviderKind.TEAM)

    @property
    def therapists(self) -> Views[ProviderView]:
        """Family therapists and other providers of preventive help, likewise."""
        return self._providing(ProviderKind.THERAPIST, ProviderKind.OTHER)

    def _providing(self, *kinds: ProviderKind) -> Views[ProviderView]:
        found = self.providers.select(kind=kinds)
        return found.select((found.column("room") > 0) | (found.column("families") > 0))

    @property
    def front(self) -> Views[FrontWorkerView]:
        """Health visitors, pedagogues and teachers, as lazy views."""
        return Views(FrontWorkerView, self)

    @property
    def health_visitors(self) -> Views[FrontWorkerView]:
        """The health visitors."""
        return self.front.select(kind=FrontKind.HEALTH_VISITOR)

    @property
    def pedagogues(self) -> Views[FrontWorkerView]:
        """The pedagogues of all day cares."""
        return self.front.select(kind=FrontKind.PEDAGOGUE)

    @property
    def teachers(self) -> Views[FrontWorkerView]:
        """The teachers of all schools."""
        return self.front.select(kind=FrontKind.TEACHER)

    @property
    def leaders(self) -> Views[TeamLeaderView]:
        """The team leaders who have caseworkers to supervise, as lazy views."""
        rows = np.arange(ceil(self.posts / float(self.rules.casework["leader_span"])))
        return Views(TeamLeaderView, self, rows)

    @property
    def prevention(self) -> Prevention:
        """Who is where today: the sets of the prevention triangle, and position by wellbeing."""
        return prevention_of(self.world, self.rules, self.month)

    @property
    def posts(self) -> int:
        """Caseworkers' posts, vacant ones included; the last may be a part of a full one."""
        return ceil(self.world.meters[Meter.POSTS_FELT])

    @property
    def caseworkers(self) -> list[CaseworkerAgent]:
        """The caseworkers' agents in order of post."""
        return sorted(self.agents_by_type.get(self.caseworker_class, ()), key=lambda agent: agent.row)

    def _fill_posts(self) -> None:
        """Make an agent for each new post and remove those of posts that are no more."""
        posts = self.posts
        agents = self.agents_by_type.get(self.caseworker_class, ())
        if len(agents) == posts:
            return
        for agent in list(agents):
            if agent.row >= posts:
                agent.remove()
        filled = {agent.row for agent in agents}
        for post in range(posts):
            if post not in filled:
                self.caseworker_class(self, post)
