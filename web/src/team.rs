//! Engines that share the images of a job: each has a processor core of its own, and computes its part as if it were all.
//!
//! A browser lends threads with memory in common only to pages whose server says so in its headers, which many hosts do
//! not. So the members are engines like any other, and images are what they share: the trajectory of one does not depend on
//! the others of its batch. The page speaks to the team as it would to one engine.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};

use crate::protocol::{Done, Event, Frame, Job, Request, Task, Weights};

/// The most engines that a page starts.
pub const MOST: usize = 4;

/// What is known of each member, and of the job that they share.
#[derive(Debug, Default)]
pub struct Team {
    /// How the page has loaded its model, and the number of that load.
    model: Option<(u32, Request)>,
    members: Vec<Member>,
    shared: Option<Shared>,
    /// The weights of another model that the first member has fetched; the others then find them in the browser's store.
    other: Option<Weights>,
}

/// How far a member is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Member {
    /// It has not been started.
    Absent,
    /// It has been started, and hears nothing before it has said that it is awake.
    Starting,
    /// It has no model, or that of before.
    Waiting,
    /// It has the model.
    Ready,
    /// It has failed, and is not missed before another model is loaded.
    Failed,
}

/// A job under way.
#[derive(Debug)]
struct Shared {
    id: u32,
    parts: Vec<Part>,
    /// Whether nobody is missing.
    full: bool,
}

/// The part of a member.
#[derive(Debug)]
struct Part {
    member: usize,
    /// Frames that wait for those of the others.
    frames: VecDeque<Frame>,
    end: Option<Event>,
}

/// What follows from something that was asked or heard.
#[derive(Debug, Default, PartialEq)]
pub struct Response {
    /// What the page hears.
    pub events: Vec<Event>,
    /// The members that must be started now.
    pub starts: Vec<usize>,
    /// What the members are asked, in this order.
    pub requests: Vec<(usize, Request)>,
}

impl Team {
    /// A team of so many members. The first is there from the beginning; the others are started when it has loaded a model,
    /// so that they do not delay the first image.
    pub fn new(members: usize) -> Self {
        let mut members = vec![Member::Absent; members.max(1)];
        members[0] = Member::Waiting;
        Team { members, ..Team::default() }
    }

    /// The page asks for something.
    pub fn ask(&mut self, request: Request) -> Response {
        let requests = match request {
            Request::Load { id, .. } => {
                self.shared = None;
                self.model = Some((id, request.clone()));
                self.members[0] = Member::Waiting;
                let mut requests = vec![(0, request)];
                for (number, member) in self.members.iter_mut().enumerate().skip(1) {
                    if matches!(member, Member::Waiting | Member::Ready | Member::Failed) {
                        *member = Member::Waiting;
                        requests.push((number, Request::Cancel));
                    }
                }
                requests
            }
            Request::Run(job) => self.share(job),
            Request::Cancel => {
                let busy = BTreeSet::from_iter(self.busy().chain([0]));
                busy.into_iter().map(|member| (member, Request::Cancel)).collect()
            }
        };
        Response { requests, ..Response::default() }
    }

    /// Those who compute a part of a job.
    fn busy(&self) -> impl Iterator<Item = usize> {
        self.shared.iter().flat_map(|shared| shared.parts.iter().map(|part| part.member))
    }

    /// Gives each member that has the model a part of the job; whoever is busy with another job and gets none is stopped.
    fn share(&mut self, job: Job) -> Vec<(usize, Request)> {
        let alone = job.with.is_some() && job.with != self.other;
        if alone {
            self.other.clone_from(&job.with);
        }
        let ready = |number: &usize| *number == 0 || (!alone && self.members[*number] == Member::Ready);
        let ready: Vec<usize> = (0..self.members.len()).filter(ready).collect();
        let id = job.id;
        let most = self.members.iter().filter(|member| **member != Member::Failed).count();
        let parts = job.clone().parts(ready.len());
        let full = parts.len() == job.parts(most).len();
        let taken = &ready[..parts.len()];
        let idle: Vec<usize> = self.busy().filter(|member| !taken.contains(member)).collect();
        let part = |&member: &usize| Part { member, frames: VecDeque::new(), end: None };
        self.shared = Some(Shared { id, parts: taken.iter().map(part).collect(), full });
        let stops = idle.into_iter().map(|member| (member, Request::Cancel));
        stops.chain(ready.into_iter().zip(parts.into_iter().map(Request::Run))).collect()
    }

    /// A member says something.
    pub fn hear(&mut self, member: usize, event: Event) -> Response {
        match (event, &mut self.shared) {
            (Event::Awake, _) if member > 0 => {
                self.members[member] = Member::Waiting;
                let load = self.model.clone().filter(|_| self.members[0] == Member::Ready);
                let requests = load.map(|(_, load)| (member, load)).into_iter().collect();
                Response { requests, ..Response::default() }
            }
            (Event::Loading { .. } | Event::NoDevice { .. }, _) if member > 0 => Response::default(),
            (Event::Loaded { id, model }, _) if self.model.as_ref().is_some_and(|(wanted, _)| *wanted == id) => {
                self.members[member] = Member::Ready;
                if member > 0 {
                    return Response::default();
                }
                let mut response = Response { events: vec![Event::Loaded { id, model }], ..Response::default() };
                for (number, member) in self.members.iter_mut().enumerate().skip(1) {
                    match member {
                        Member::Absent => {
                            *member = Member::Starting;
                            response.starts.push(number);
                        }
                        // It is asked when it is awake.
                        Member::Starting => (),
                        Member::Waiting | Member::Ready | Member::Failed => {
                            *member = Member::Waiting;
                            response.requests.extend(self.model.iter().map(|(_, load)| (number, load.clone())));
                        }
                    }
                }
                response
            }
            (Event::Frame(frame), Some(shared)) if shared.id == frame.id => {
                if let Some(part) = shared.part(member) {
                    part.frames.push_back(frame);
                }
                self.put_together()
            }
            (event @ (Event::Done(_) | Event::Dropped { .. } | Event::Failed { id: Some(_), .. }), Some(shared))
                if event.id() == Some(shared.id) =>
            {
                if let Some(part) = shared.part(member) {
                    part.end = Some(event);
                }
                self.put_together()
            }
            // A helper that has failed while nobody needs it is not missed.
            (Event::Failed { id: None, .. }, shared)
                if member > 0
                    && shared.as_ref().is_none_or(|shared| shared.parts.iter().all(|part| part.member != member)) =>
            {
                self.members[member] = Member::Failed;
                Response::default()
            }
            (event, _) if member == 0 || matches!(event, Event::Failed { id: None, .. }) => {
                Response { events: vec![event], ..Response::default() }
            }
            _ => Response::default(),
        }
    }

    /// The frames that all parts have come to, and the end if all have.
    fn put_together(&mut self) -> Response {
        let Some(shared) = &mut self.shared else { return Response::default() };
        let mut events = Vec::new();
        while shared.parts.iter().all(|part| !part.frames.is_empty()) {
            let frames = shared.parts.iter_mut().filter_map(|part| part.frames.pop_front());
            events.extend(
                frames
                    .reduce(|mut whole, part| {
                        whole.looks.extend(part.looks);
                        whole
                    })
                    .map(Event::Frame),
            );
        }
        if shared.parts.iter().all(|part| part.end.is_some()) {
            let full = shared.full;
            let ends = shared.parts.iter_mut().filter_map(|part| part.end.take());
            events.extend(ends.reduce(joined).map(|end| match end {
                Event::Done(done) => Event::Done(Done { full, ..done }),
                other => other,
            }));
            self.shared = None;
        }
        Response { events, ..Response::default() }
    }
}

impl Shared {
    fn part(&mut self, member: usize) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.member == member)
    }
}

/// The end of two parts: the worse, and the slower.
fn joined(one: Event, other: Event) -> Event {
    match (one, other) {
        (Event::Done(one), Event::Done(other)) => Event::Done(Done { seconds: one.seconds.max(other.seconds), ..one }),
        (end @ Event::Failed { .. }, _) | (_, end @ Event::Failed { .. }) => end,
        (end, Event::Done(_)) | (_, end) => end,
    }
}

impl Job {
    /// The job in at most so many parts, each for other images of it.
    fn parts(self, most: usize) -> Vec<Job> {
        match &self.task {
            Task::Generate { classes, seed, first } => {
                let size = classes.len().div_ceil(most).max(1);
                let parts = classes.chunks(size).enumerate().map(|(number, classes)| {
                    let first = first + (number * size) as u64;
                    Job { task: Task::Generate { classes: classes.to_vec(), seed: *seed, first }, ..self.clone() }
                });
                parts.collect()
            }
            Task::Translate(_) | Task::Mix(_) | Task::Return(_) => vec![self],
        }
    }
}

impl Event {
    /// The number of the load or the job that it belongs to.
    fn id(&self) -> Option<u32> {
        match self {
            Event::Loading { id, .. } | Event::Loaded { id, .. } | Event::Dropped { id } => Some(*id),
            Event::Frame(frame) => Some(frame.id),
            Event::Returned(returned) => Some(returned.id),
            Event::Done(done) => Some(done.id),
            Event::Failed { id, .. } => *id,
            Event::Awake | Event::NoDevice { .. } => None,
        }
    }
}
