"""What the rule-based coach says: sentences by reason, by kind of workout and by what comes next; numbers are facts."""

from collections.abc import Sequence

from run_tracker.coaching.proposal import Prose
from run_tracker.coaching.prose import placeholders, sayable
from run_tracker.coaching.state import AthleteState
from run_tracker.workout import Kind, Workout

MOST_REASONS, FOLLOW_UPS = 2, 3
PLAIN = "easy_day"  # the reason that is only told where there is no other

WHY = {
    "ran_today": (
        "You have already run {today.distance} today, and that is the day's work.",
        "Today's running is done: {today.distance} are in the log.",
        "You have run today already, and a day gets better by stopping in time.",
    ),
    "ran_long": (
        "Today's {today.distance} were a long run, and nothing needs to be added to it.",
        "The long run of today is done, and the rest of the day is for getting over it.",
    ),
    "after_race": (
        "Your last race effort was {days_since.race} ago, and the legs need longer than the lungs to forget it.",
        "A race is still in your legs, whether you feel it on the stairs or not.",
    ),
    "after_hard": (
        "Your last hard session was {days_since.hard_session} ago; easy days are when the body answers it.",
        "The hard work of {days_since.hard_session} ago still wants to be taken in, so today is kind to the legs.",
        "Hard work only counts once it has been recovered from, and the last of it is still fresh.",
    ),
    "after_long": (
        "Yesterday's {yesterday.distance} are still in your legs, so today they are spared.",
        "Your long run was {days_since.long_run} ago, and the day after belongs to recovery.",
        "The long run is still fresh in the legs, and it has earned a quiet day.",
    ),
    "after_brisk": (
        "Your last run averaged {last_run.speed}, quicker than the {speed.easy_fast} where easy ends for you.",
        "Your last run was a good deal quicker than usual, so today it is worth slowing down on purpose.",
    ),
    "after_heavy_week": (
        "The last week holds {last_7_days.distance}, well above your usual {typical_week.distance}.",
        "The last week was a big one for you, and it is not yet digested.",
    ),
    "rested": (
        "Your last run was {days_since.last_run} ago, so you start with rested legs.",
        "After {days_since.last_run} the legs are fresh, and the habit wants a run to hold on to.",
        "You have had your rest, and now a run does more good than another day off.",
    ),
    "week_full": (
        "The last week holds {last_7_days.runs}, and that is as many as you need.",
        "There are {last_7_days.runs} and {last_7_days.distance} in your last week; today is for letting them settle.",
        "Your week already has the runs it usually has.",
    ),
    "day_between": (
        "You ran yesterday, and for now every run is followed by a day for tendons and bones to catch up.",
        "Lungs adapt faster than legs, so a day without running comes between your runs for now.",
        "Running every other day is what builds you up at this stage.",
    ),
    "long_due": (
        "Your last long run was {days_since.long_run} ago, so the week's long run is due.",
        "It is {habit.long_run_weekday}, the day of your long run, and your legs are ready for it.",
        "A week wants its long run, and this is the day for it.",
    ),
    "longer_due": (
        "Nothing makes a runner more durable than time on the feet, so today may be the longer day of the week.",
        "The week is still without a longer run.",
    ),
    "eve_of_long": (
        "Tomorrow is {habit.long_run_weekday} and your long run, so today saves something for it.",
        "The long run is next, and it is better met on fresh legs.",
    ),
    "first_speed": (
        "There has been little fast running in your last weeks, so a small dose is enough to start with.",
        "You have the easy running behind you that speed needs; {last_28_days.distance} in the last weeks carry it.",
        "Your easy running has laid the ground, and a little speed will be felt without hurting.",
    ),
    "quality_due": (
        "Your last hard session was {days_since.hard_session} ago, and the running since has made you ready again.",
        "The days since your last hard session were for gathering strength; today is for spending some of it.",
        "You are rested, the week has room for hard work, and this is a good day for it.",
    ),
    "back_behind": (
        "You are nearly back where you were before the break, and the rest of the way wants a little patience.",
        "Most of the way back from {layoff.gap} without running is done, and what is left needs no hurry.",
        "The break is almost behind you; a few more easy days and you train as before.",
    ),
    "back_short": (
        "After {layoff.gap} off little is lost, and a run below your usual {layoff.usual_run} finds the rhythm again.",
        "The {layoff.gap} without running were a pause rather than a break, so an easy run is all it takes.",
        "A short break costs next to nothing as long as the first days after it stay easy.",
    ),
    "back_middle": (
        "You are coming back from {layoff.gap} without running, so today stays below your usual {layoff.usual_run}.",
        "After {layoff.gap} off the breath comes back first and the legs a little later; give them these days.",
        "The break has cost you some form but not the habit, and easy running brings both together again.",
        "On the way back from a break, the next run matters more than this one.",
    ),
    "back_long": (
        "After {layoff.gap} off, the heart is back long before the tendons; the way back is the patient one.",
        "Your usual run was {layoff.usual_run} before the {layoff.gap} without running, and you will get there again.",
        "Muscles and tendons have to learn the impact again after {layoff.gap}, and they learn it in small portions.",
        "What you could do before the break comes back sooner than it was built, if nothing is forced.",
        "After a break this long, coming home with the wish for more is the whole aim.",
    ),
    "back_very_long": (
        "After {layoff.gap} without running you begin anew, though with a body that has done it before.",
        "Think of the {layoff.gap} off as a clean slate: what counts is to run regularly again, not how far.",
        "Regular small steps are the measure for now, not what you ran before the {layoff.gap} off.",
        "Bones and tendons have forgotten the impact over the {layoff.gap}, so they get it back in small portions.",
        "A long time has gone by without running, so the beginning is allowed to feel easy.",
        "There is no hurry after so long a break: every short outing makes the next one easier.",
    ),
    "beginner": (
        "You have {history.runs} in your log so far, and the art now is to finish each with the wish to go on.",
        "At the beginning, coming back regularly matters more than how far or how fast.",
        "You are building the ground that all later running stands on.",
    ),
    "stale": (
        "The newest activity I know of is {freshness.newest_activity} old, so I would rather ask too little.",
        "I have no recent activity of yours to judge by, so today stays easy.",
    ),
    "easy_day": (
        "Your last week holds {last_7_days.distance}, usually it is {typical_week.distance}; an easy run fits in well.",
        "Most of your running should be easy, and nothing today asks for an exception.",
        "Easy running is what the {last_28_days.distance} of your last weeks should mostly be, and so is today.",
        "Nothing hard is due today, so an easy run keeps the week moving.",
    ),
    "cut_back": (
        "This is the lighter week of the cycle: less than your usual {typical_week.distance}, so that it all sinks in.",
        "Every few weeks the load steps down, and this is that week.",
        "A lighter week now is what lets the coming ones be bigger.",
    ),
    "other_sports": (
        "You enjoy other sports anyway, and they keep the engine running while the legs rest from impact.",
        "A day without running need not be a day without moving.",
    ),
}
"""Why this workout today, by the reason that weighs most; the last variant of each needs no fact."""

WHAT = {
    Kind.REST: (
        "So today is for rest.",
        "Take the day off.",
        "No running, then; rest is part of the plan.",
    ),
    Kind.CROSS_TRAINING: (
        "Ride, swim or row for {workout.duration}, easily enough to talk.",
        "{workout.duration} of something gentle on the joints is enough.",
    ),
    Kind.RUN_WALK: (
        "Today it is {workout.main_set}, {workout.duration} in all.",
        "Running and walking take turns for {workout.duration}: {workout.main_set}.",
        "Go out for {workout.duration} and let running and walking alternate: {workout.main_set}.",
        "So it is a {workout.name} of {workout.duration}, {workout.main_set}, and every walk is part of the plan.",
    ),
    Kind.RECOVERY: (
        "Jog {workout.distance} at {workout.pace} and no faster.",
        "{workout.distance} of jogging at {workout.pace} will do you good; more would not.",
    ),
    Kind.EASY: (
        "Run {workout.distance} at {workout.pace}, slowly enough to talk in whole sentences.",
        "{workout.distance} at {workout.pace} are right for today.",
        "Today it is {workout.distance} at {workout.pace}, easy all the way.",
    ),
    Kind.STRIDES: (
        "Do an {workout.name} of {workout.distance}; near the end comes something short and quick: {workout.main_set}.",
        "It is an {workout.name}: {workout.distance} in all, with {workout.main_set} near the end, quick but relaxed.",
    ),
    Kind.MEDIUM_LONG: (
        "Run {workout.distance} at {workout.pace}: longer than most days, and still easy.",
        "Stretch an ordinary run to {workout.distance}, at {workout.pace} throughout.",
    ),
    Kind.LONG: (
        "Run {workout.distance} at {workout.pace} and let it take the time it takes, {workout.duration} or so.",
        "Go for {workout.distance}, about {workout.duration}, so calmly that you could go on at the end.",
    ),
    Kind.PROGRESSION: (
        "Begin {workout.distance} slowly and let the pace come by itself: {workout.main_set}.",
        "Run {workout.distance} that get quicker from part to part: {workout.main_set}.",
    ),
    Kind.FARTLEK: (
        "Play with the pace: {workout.main_set}, {workout.distance} in all.",
        "It is a {workout.name} of {workout.distance}: {workout.main_set}.",
    ),
    Kind.HILLS: (
        "Find a steady hill and run {workout.main_set}; with the way there and back it is {workout.distance}.",
        "Uphill is speed work in disguise: {workout.main_set}, {workout.distance} in all.",
    ),
    Kind.RACE_PACE: (
        "Get to know your marathon pace: {workout.main_set}, {workout.distance} in all.",
        "Calm and even is the art of it: {workout.main_set}, {workout.distance} in all.",
    ),
    Kind.THRESHOLD: (
        "Look for a strong and even rhythm: {workout.main_set}, {workout.distance} in all.",
        "Settle into the pace you could hold in a long race: {workout.main_set}, {workout.distance} in all.",
    ),
    Kind.INTERVALS: (
        "Keep it even from start to end: {workout.main_set}, {workout.distance} in all.",
        "Let the end be as good as the start: {workout.main_set}; with warm-up and cool-down it is {workout.distance}.",
    ),
    Kind.REPETITIONS: (
        "It is fast and loose today, with full rests: {workout.main_set}, {workout.distance} in all.",
        "Quick legs and quiet shoulders are what it is about: {workout.main_set}, {workout.distance} in all.",
    ),
}
"""What it is, by kind."""

DONE = (
    "So that is it for today.",
    "The rest of the day is off.",
    "No more running today, then.",
)
FAST_FINISH = (
    "Run {workout.distance} calmly and bring the end of it home quicker: {workout.main_set}.",
    "Most of the {workout.distance} are easy, only the end is not: {workout.main_set}.",
)

AFTER_REST = (
    "Go for a walk if you feel like moving.",
    "Stretch calves, hips and hamstrings while something is on.",
    "Go to bed early: sleep is the best training of the day.",
    "Put your feet up without a bad conscience.",
    "Eat well; the repair work needs material.",
)
AFTER_EASY = (
    "Check your breath now and then: whole sentences, or slow down.",
    "Walk the last stretch home and let the pulse come down.",
    "A little work for hips and core afterwards keeps the stride sound.",
    "Drink something when you are back.",
    "Stretch calves and hips while they are warm.",
)
AFTER_STRIDES = (
    "In the quick parts run tall, with quick feet and loose hands; fast is not the same as hard.",
    "Walk or jog until the breath is calm before the next of them.",
    "Leave the quick parts out if anything pulls.",
    "Stretch calves and hips when you are back.",
)
AFTER_LONG_RUN = (
    "Start slower than you think; the run is won at the end.",
    "Take something to drink along if it is warm.",
    "Eat something with carbohydrate and protein soon after.",
    "Walk a little before you sit down, and put your feet up later.",
    "Sleep longer tonight if you can.",
)
AFTER_HARD_WORK = (
    "Warm up until you want to go faster, with some drills or strides at the end.",
    "Keep the work even; if the pace slips for good, jog home content.",
    "Jog the whole cool-down; it belongs to the session.",
    "Eat and drink soon after, and go to bed early.",
    "Break off if a pain changes the way you run.",
)
AFTER_FIRST_RUNS = (
    "Run slower than seems necessary; you should be able to chat.",
    "Walk earlier if the breath gets short; walking is part of it.",
    "Some soreness is fine, pain that grows while you run is not.",
    "Drink something and stretch the calves afterwards.",
    "Choose a flat way on soft ground if there is one nearby.",
    "Keep the steps short and quick; it spares knees and shins.",
    "If anything hurts tomorrow, take another day before the next run.",
)

AHEAD = {
    "recover": (
        "Tomorrow is for recovering, with an easy run or none at all.",
        "What comes next is easy, so that today can sink in.",
        "Give it an easy day afterwards; that is when you get better.",
    ),
    "long": (
        "Tomorrow the long run is likely to be on the plan.",
        "Lay out your things tonight: tomorrow should bring the long run.",
    ),
    "quality": (
        "If the legs agree, tomorrow may be a little quicker.",
        "Tomorrow is a likely day for something faster, so keep a little back.",
    ),
    "build": (
        "If this feels fine tomorrow morning, the next run can be a touch longer.",
        "Patience now pays off later.",
        "Run by run it adds up, and this is one of them.",
        "Stop while it still feels good; there will be more of it soon.",
        "In a few weeks you will be glad to have gone slowly now.",
    ),
    "rest": (
        "The next run will be the better for it.",
        "You will start again with fresher legs.",
        "What you have run so far pays in while you rest.",
    ),
    "easy": (
        "Tomorrow the week goes on as your legs allow.",
        "Keep it easy today and the harder days will take care of themselves.",
        "The next days build on this one.",
    ),
}
"""What likely comes next."""


def prose(workout: Workout, reasons: Sequence[str], ahead: str, state: AthleteState) -> Prose:
    """Say why this workout today, what to mind, and what likely comes next; the day chooses among the variants."""
    told = {fact_id for fact_id, fact in state.facts.items() if fact.value} | sayable(workout)
    turn = state.day.toordinal()

    def pick(variants: Sequence[str], shift: int = 0) -> str:
        fitting = [variant for variant in variants if told.issuperset(placeholders(variant))]
        return fitting[(turn + shift) % len(fitting)]

    telling = [reason for reason in dict.fromkeys(reasons) if reason != PLAIN] or [PLAIN]
    why = [pick(WHY[reason], shift) for shift, reason in enumerate(telling[:MOST_REASONS])]
    hints = _hints(workout, reasons)
    places = sorted((turn + place) % len(hints) for place in range(FOLLOW_UPS))
    return Prose(
        reason=" ".join([*why, pick(_what(workout, reasons))]),
        follow_up=tuple(hints[place] for place in places),
        closing=pick(AHEAD[ahead]),
    )


def _what(workout: Workout, reasons: Sequence[str]) -> Sequence[str]:
    if {"ran_today", "ran_long"} & set(reasons):
        return DONE
    return FAST_FINISH if workout.id.startswith("long-fast-finish") else WHAT[workout.kind]


def _hints(workout: Workout, reasons: Sequence[str]) -> Sequence[str]:
    """Return what to mind, by the kind of day."""
    if not workout.is_run:
        return AFTER_REST
    if workout.is_hard or workout.kind is Kind.RACE_PACE:
        return AFTER_HARD_WORK
    if any(reason.startswith(("beginner", "back_")) for reason in reasons):
        return AFTER_FIRST_RUNS
    special = {Kind.LONG: AFTER_LONG_RUN, Kind.STRIDES: AFTER_STRIDES}
    return special.get(workout.kind, AFTER_EASY)
