// SPDX-License-Identifier: Apache-2.0
import { geoPath } from "d3-geo"; import {feature} from "topojson-client"; console.log(geoPath,feature);
