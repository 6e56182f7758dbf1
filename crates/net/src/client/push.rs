//! Requests whose body may be larger than memory.

use super::{Hop, Http, Inner, Packing, finish, may_be_private};
use crate::answer::Answer;
use crate::failure::Failure;
use crate::kept::Kept;
use crate::outgoing::Outgoing;
use crate::redirect::{Follow, Redirects};
use crate::request::Request;
use crate::trace::Trace;

impl Http {
    /// Sends `request` with `body`, over one of the connections `kept` if one fits.
    pub(crate) async fn push(
        &self,
        request: &Request<'_>,
        body: Outgoing,
        trace: &Trace<'_>,
        kept: &Kept,
    ) -> Result<Answer, Failure> {
        let outcome = self.0.push(request, body, trace, kept).await;
        outcome.map_err(|failure| request.scrub(failure))
    }
}

impl Inner {
    async fn push(
        &self,
        request: &Request<'_>,
        body: Outgoing,
        trace: &Trace<'_>,
        kept: &Kept,
    ) -> Result<Answer, Failure> {
        let url = request.url;
        let mut redirects = Redirects::new(url, Follow::Nowhere);
        let route = &self.route(url).await?;
        let private = may_be_private(request, route)?;
        let hop = Hop {
            request,
            url,
            route,
            authorization: request.authorization.filter(|_| private),
            packing: Packing::Gzip,
            trace,
        };
        let mut connection = match kept.take(url, request.tls).await {
            Some(connection) => connection,
            None => self.connect(route, request.tls, &redirects, trace).await?,
        };
        let response = hop.send_body(&mut connection, Some(body)).await?;
        redirects.take(response.status(), response.headers())?;
        let (answer, whole) = finish(response, request, &redirects, trace).await?;
        if whole {
            kept.put(url, request.tls, connection);
        }
        Ok(answer)
    }
}
