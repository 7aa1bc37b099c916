"""Agents as Mesa knows them: lazy views on rows of the tables, and ordinary agents for caseworkers.

A child or a family is a row (`trappen.agents.child`, `trappen.agents.family`). Here a row becomes a
`mesa.Agent`, but only when somebody asks for it: a view is not registered with the model, so that a
country of 1.15 million children costs nothing until it is looked at. Importing this file imports Mesa.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from random import Random
from typing import Any, Self, overload

import mesa
import numpy as np
from mesa.agentset import AgentSet
from numpy.typing import NDArray

from trappen.agents.caseworker import Caseworker
from trappen.agents.child import Child
from trappen.agents.family import Family
from trappen.agents.front import FrontWorker
from trappen.agents.institution import Institution
from trappen.agents.leader import TeamLeader
from trappen.agents.place import Place
from trappen.agents.provider import Provider
from trappen.agents.row import Row


class _Unregistered(Row, mesa.Agent):
    """A row as a Mesa agent that its model does not know of."""

    __slots__ = ()
    pos = None

    @property
    def unique_id(self) -> int:
        """The key that the agent's luck hangs on; no two agents of a municipality share one."""
        raise NotImplementedError

    def __reduce__(self) -> tuple[type[Self], tuple[Any, int]]:
        return type(self), (self.model, self.row)

    def remove(self) -> None:
        """Refuse: people come and go by the rules."""
        raise TypeError(f"a {type(self).__name__} is a view: births and deaths are up to the rules")


class ChildView(Child, _Unregistered):
    """A child (barn) as a Mesa agent; see `trappen.agents.child.Child`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """The person key."""
        return self.who


class FamilyView(Family, _Unregistered):
    """A family (familie) as a Mesa agent; see `trappen.agents.family.Family`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """The person key that stands for the family itself."""
        return 4 * self.who + 3


class InstitutionView(Institution, _Unregistered):
    """A day care or school as a Mesa agent; see `trappen.agents.institution.Institution`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """A number below those of all persons' keys that are in use."""
        return -1 - self.row


class PlaceView(Place, _Unregistered):
    """A foster family or institution as a Mesa agent; see `trappen.agents.place.Place`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """A negative number, far from those of day cares and schools."""
        return -(1 << 32) - self.row


class ProviderView(Provider, _Unregistered):
    """A team, therapist or other provider as a Mesa agent; see `trappen.agents.provider.Provider`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """A negative number, far from those of places."""
        return -(2 << 32) - self.row


class FrontWorkerView(FrontWorker, _Unregistered):
    """A health visitor, pedagogue or teacher as a Mesa agent; see `trappen.agents.front.FrontWorker`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """A negative number, far from those of providers."""
        return -(3 << 32) - self.row


class TeamLeaderView(TeamLeader, _Unregistered):
    """A team leader as a Mesa agent; see `trappen.agents.leader.TeamLeader`."""

    __slots__ = ()

    @property
    def unique_id(self) -> int:
        """A negative number, far from those of front workers."""
        return -(4 << 32) - self.row


class CaseworkerAgent(Caseworker, mesa.Agent):
    """A caseworker's post as an ordinary Mesa agent, registered with the municipality.

    The municipality makes and removes them as posts come and go. What the rules know of a post stays
    in its row; other attributes may be set freely, as on any Mesa agent.
    """

    def __init__(self, model: Any, row: int) -> None:
        Caseworker.__init__(self, model, row)
        mesa.Agent.__init__(self, model)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


class Views[V: Row](Sequence[V]):
    """Rows of a table as agents that are made when they are asked for.

    Which rows these are is settled when the sequence is made; what stands in them is read anew each
    time.

    Parameters
    ----------
    kind
        Class of the agents.
    model
        Their model.
    rows
        Numbers of the rows; None for the whole table.
    """

    __slots__ = ("_kind", "_model", "_rows")

    def __init__(self, kind: type[V], model: Any, rows: NDArray[np.int64] | None = None) -> None:
        self._kind, self._model, self._rows = kind, model, rows

    @property
    def rows(self) -> NDArray[np.int64]:
        """The numbers of the rows."""
        return np.arange(len(self)) if self._rows is None else self._rows

    def __len__(self) -> int:
        return len(self._table()) if self._rows is None else len(self._rows)

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> V | Self:
        if isinstance(index, slice):
            return self._of(self.rows[index])
        place = range(len(self))[index]
        return self._kind(self._model, place if self._rows is None else int(self._rows[place]))

    def __iter__(self) -> Iterator[V]:
        kind, model = self._kind, self._model
        rows = range(len(self)) if self._rows is None else self._rows.tolist()
        return (kind(model, row) for row in rows)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Row) or agent.table != self._kind.table or agent.model is not self._model:
            return False
        return self._rows is None or bool((self._rows == agent.row).any())

    def __repr__(self) -> str:
        return f"<{len(self)} {self._kind.table}>"

    def column(self, name: str) -> NDArray[Any]:
        """Return a field's column for these rows; read only.

        Raises
        ------
        AttributeError
            If no field is called so.
        """
        if name not in self._kind.fields:
            raise AttributeError(
                f"the table of {self._kind.table} has no column {name!r}; what is derived from columns "
                f"can be selected by a function: select(lambda one: one.{name})"
            )
        column = self._table()[name]
        column = column.view() if self._rows is None else column[self._rows]
        column.flags.writeable = False
        return column

    def select(self, these: NDArray[np.bool_] | Callable[[V], bool] | None = None, /, **columns: Any) -> Self:
        """Return those of these agents that meet every condition.

        Parameters
        ----------
        these
            A mask, one truth value for each agent, or a function of an agent. A function makes a view
            of every agent that the other conditions leave; masks and columns make none.
        columns
            Fields by name, and the value each must have: a number, a member of an enumeration, the
            agent that stands in a field of row numbers, or a collection of such.

        Raises
        ------
        AttributeError
            If no field is called so.
        TypeError
            If a value is nothing that a field can hold.
        ValueError
            If a mask is no mask of these agents.
        """
        mask = np.ones(len(self), np.bool_)
        for name, value in columns.items():
            mask &= _matches(name, self.column(name), value)
        if these is not None and not callable(these):
            given = np.asarray(these)
            if given.shape != mask.shape or given.dtype != np.bool_:
                raise ValueError(
                    f"a mask of {len(self)} agents is as many truth values, "
                    f"not an array of {given.dtype} with shape {given.shape}"
                )
            mask &= given
        chosen = self._of(np.flatnonzero(mask) if self._rows is None else self._rows[mask])
        if callable(these):
            held = np.fromiter((bool(these(agent)) for agent in chosen), bool, len(chosen))
            chosen = self._of(chosen.rows[held])
        return chosen

    def agents(self) -> "ViewSet[V]":
        """Return these agents as a `mesa.AgentSet`, which holds a view of each."""
        return ViewSet(self, self._model.random)

    def _of(self, rows: NDArray[np.int64]) -> Self:
        return type(self)(self._kind, self._model, rows)

    def _table(self) -> Any:
        return getattr(self._model.world, self._kind.table)


def _matches(name: str, column: NDArray[Any], value: Any) -> NDArray[np.bool_]:
    """Return which elements of a column are a value, or one of a collection of values."""
    several = isinstance(value, Collection)
    numbers = np.array([one.row if isinstance(one, Row) else one for one in (value if several else [value])])
    if numbers.dtype.kind not in "biuf":
        raise TypeError(f"{name} holds numbers or members of an enumeration, not {value!r}")
    return np.isin(column, numbers) if several else column == numbers[0]


class ViewSet[V: Row](AgentSet[V]):
    """A `mesa.AgentSet` that keeps its views alive.

    Mesa's own holds agents weakly, because the model holds them. Nobody else holds a view, so views
    would be gone from a set, and from the groups and selections made of it, as soon as it is made.
    """

    def __init__(self, agents: Iterable[V], random: Random | None = None) -> None:
        self._held: dict[V, None] = dict.fromkeys(agents)
        super().__init__(self._held, random)

    def _update(self, agents: Iterable[V]) -> Self:
        self._held = dict.fromkeys(agents)
        super()._update(self._held)
        return self

    def add(self, agent: V) -> None:
        """Add an agent to the set."""
        self._held[agent] = None
        super().add(agent)

    def discard(self, agent: V) -> None:
        """Take an agent out of the set if it is in it."""
        super().discard(agent)
        self._held.pop(agent, None)

    def remove(self, agent: V) -> None:
        """Take an agent out of the set.

        Raises
        ------
        KeyError
            If it is not in it.
        """
        super().remove(agent)
        del self._held[agent]

    def sort(
        self, key: Callable[[V], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> "ViewSet[V]":
        """Return the agents sorted by an attribute or a function of them, descending unless told."""
        ordered = super().sort(key, ascending, inplace)
        return self if inplace else ViewSet(ordered, self.random)

    def shuffle(self, inplace: bool = False) -> "ViewSet[V]":
        """Return the agents in an order drawn by Mesa; the municipality's own luck is untouched."""
        mixed = super().shuffle(inplace)
        return self if inplace else ViewSet(mixed, self.random)
